#!/usr/bin/env bash
# Runs the groups of tests and closes with "N passed, N failed". Called by ./dev test [GROUP …].
#
# A group is a function; it prints what failed and adds to the counts through count(). A group that ends
# without counting anything counts as one failure: a run that tested nothing must not look green.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source ./dev
set +e

PASSED=0 FAILED=0
LOGS=$ROOT/build/test-logs
mkdir -p "$LOGS"

count() { PASSED=$((PASSED + $1)); FAILED=$((FAILED + $2)); }

# one NAME COMMAND…: a check that passes or fails as a whole.
one() {
  local name=$1; shift
  if "$@" >"$LOGS/$name.log" 2>&1; then count 1 0; else
    count 0 1; say "失败：$name"; tail -n 60 "$LOGS/$name.log"
  fi
}

sanitized() { build asan -DCMAKE_BUILD_TYPE=Debug -DMINYI_SANITIZE=ON; }
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1

group_build() {
  one build-gcc-sanitized sanitized
  one build-clang build clang -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Release
  one build-release build_release
}

# cmocka programs; the number of tests is read from their own reports.
group_unit() {
  local program log passed failed
  sanitized >/dev/null || { count 0 1; return; }
  for program in build/asan/tests/test_*; do
    [ -x "$program" ] || continue
    log=$LOGS/$(basename "$program").log
    timeout 240 "$program" >"$log" 2>&1
    local code=$?
    passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
    failed=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
    if [ $code -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then failed=1; fi
    count "${passed:-0}" "${failed:-0}"
    [ $code -eq 0 ] || { say "失败：$(basename "$program")（退出码 $code）"; grep -aE '\[  (ERROR|FAILED)|ERROR: |SUMMARY|error|assert' "$log" | head -40; }
  done
}

# node's own test runner; TAP totals.
node_tests() {
  local name=$1 log=$LOGS/$1.log; shift
  need_node
  timeout "${NODE_TEST_SECONDS:-900}" node --test --test-concurrency="${NODE_TEST_CONCURRENCY:-2}" --test-reporter=tap "$@" >"$log" 2>&1
  local code=$? passed failed
  passed=$(sed -n 's/^# pass \([0-9]*\)/\1/p' "$log" | tail -1)
  failed=$(sed -n 's/^# fail \([0-9]*\)/\1/p' "$log" | tail -1)
  if [ $code -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then failed=1; fi
  count "${passed:-0}" "${failed:-0}"
  [ $code -eq 0 ] || { say "失败：$name（完整记录在 $log）"; grep -aE '^ *not ok|error:|expected|actual|location' "$log" | head -60; }
}

# The pages' own tests; one of them holds their types against the API's description.
group_pages() {
  sanitized >/dev/null || { count 0 1; return; }
  build/asan/minyi openapi > build/openapi.json
  node_tests pages web/test/*.test.mjs
}
group_api() { sanitized >/dev/null || { count 0 1; return; }; node_tests api tests/api/*.test.mjs; }
group_scenario() { sanitized >/dev/null || { count 0 1; return; }; node_tests scenario tests/scenario/*.test.mjs; }
group_web() { build_release >/dev/null || { count 0 1; return; }; NODE_TEST_CONCURRENCY=1 node_tests web tests/web/*.test.mjs; }
group_fault() { build_release >/dev/null || { count 0 1; return; }; NODE_TEST_CONCURRENCY=1 node_tests fault tests/fault/*.test.mjs; }

group_lint() {
  one lint-layers tests/lint/check.sh
  one lint-selftest tests/lint/selftest.sh
  one lint-tidy tests/lint/tidy.sh
  one lint-format tests/lint/format.sh
  one lint-web bash -c 'cd web && npm run --silent lint && npm run --silent check'
}

GROUPS_ALL=(build lint unit pages api scenario web fault)
[ $# -gt 0 ] || set -- "${GROUPS_ALL[@]}"
for group in "$@"; do
  declare -F "group_$group" >/dev/null || { echo "没有测试组 $group（有：${GROUPS_ALL[*]}）"; exit 2; }
  before=$((PASSED + FAILED)) began=$(date +%s)
  say "== $group"
  "group_$group"
  [ $((PASSED + FAILED)) -gt $before ] || { say "失败：$group 没有运行任何测试"; count 0 1; }
  printf '   %s：累计 %d 通过，%d 失败，用时 %d 秒\n' "$group" "$PASSED" "$FAILED" $(($(date +%s) - began))
done
echo
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
