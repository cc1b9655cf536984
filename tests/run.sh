#!/usr/bin/env bash
# Runs the groups of tests and closes with "N passed, N failed". Called by ./dev test [GROUP …].
#
# A group is a function; it prints what failed and adds to the counts through count(). A group that ends
# without counting anything counts as one failure: a run that tested nothing must not look green.
# Groups that open a store run once on each engine, each run with its own line and its own counts; NAME@sqlite and
# NAME@postgres run one of the two. The PostgreSQL server is the tests' own (postgres.sh) and ends with them.
#
# A group on its engine is a part. Some parts wait (for disks, servers, deadlines, a browser) while others work, so
# $LANES of them run beside each other, each in a process of its own; they are told of in the order of the list.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source ./dev
set +e

LANES=${MINYI_TEST_LANES:-2}
PASSED=0 FAILED=0 # of the part that runs
LOGS=$ROOT/build/test-logs
PARTS=$LOGS/parts # what a part said and counted, until it is told
mkdir -p "$PARTS"

ENGINE=sqlite # of the group that runs
SERVER=run-$$

# One for all parts; it ends with this script.
need_server() {
  [ -n "${MINYI_TEST_POSTGRES:-}" ] && return
  need_postgresql || return 1
  MINYI_TEST_POSTGRES=$(tests/postgres.sh start --name="$SERVER" --owner=$$) || return 1
  export MINYI_TEST_POSTGRES
}

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

# Those that open a store: they include tests/unit/engine.h, by whatever way.
programs_with_store() {
  ninja -C build/asan -t deps | awk '/^[^ ]*\/test_[a-z0-9_]*\.c\.o:/ { sub(/\.c\.o:.*/, ""); sub(/.*\//, ""); name = $0 }
                                     /\/tests\/unit\/engine\.h$/ { print name }' | grep '^test_' | sort -u
}

# cmocka programs; the number of tests is read from their own reports. All of them on SQLite, on PostgreSQL those
# that open a store. On SQLite the features' operations are run with each of their statements failing, too
# (tests/unit/fixture.h). Several at a time: they wait for disks, servers and deadlines more than they work.
group_unit() {
  local programs log code passed failed at_once=2
  sanitized >/dev/null || { count 0 1; return; }
  if [ "$ENGINE" = postgres ]; then
    programs=$(programs_with_store)
    at_once=3
  else
    export MINYI_TEST_SWEEP=1
    programs=$(find build/asan/tests -maxdepth 1 -name 'test_*' -type f -perm -u+x -printf '%f\n' | sort)
  fi
  for program in $programs; do rm -f "$LOGS/$program@$ENGINE.code"; done
  xargs -P $at_once -I{} bash -c 'timeout 600 "build/asan/tests/$1" >"$2/$1@$ENGINE.log" 2>&1; echo $? >"$2/$1@$ENGINE.code"' _ {} "$LOGS" <<<"$programs"
  for program in $programs; do
    log=$LOGS/$program@$ENGINE.log
    code=$(cat "$LOGS/$program@$ENGINE.code" 2>/dev/null || echo 99)
    passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
    failed=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
    if [ "$code" -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then failed=1; fi
    count "${passed:-0}" "${failed:-0}"
    [ "$code" -eq 0 ] || { say "失败：$program@$ENGINE（退出码 $code）"; grep -aE '\[  (ERROR|FAILED)|ERROR: |SUMMARY|error|assert|engine:|fixture:' "$log" | head -40; }
  done
}

# node's own test runner; TAP totals.
node_tests() {
  local name=$1@$ENGINE log=$LOGS/$1@$ENGINE.log; shift
  need_node
  timeout "${NODE_TEST_SECONDS:-2400}" node --test --test-concurrency="${NODE_TEST_CONCURRENCY:-2}" --test-reporter=tap "$@" >"$log" 2>&1
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
# The pages do not know the engine: on PostgreSQL one story through all of them is enough.
group_web() {
  build_release >/dev/null || { count 0 1; return; }
  local files=(tests/web/*.test.mjs)
  [ "$ENGINE" = sqlite ] || files=(tests/web/story.test.mjs)
  NODE_TEST_CONCURRENCY=1 node_tests web "${files[@]}"
}
# The release build: what is measured is how it stands kills under load, not its memory.
group_fault() {
  build_release >/dev/null || { count 0 1; return; }
  MINYI_BINARY=$ROOT/build/release/minyi NODE_TEST_CONCURRENCY=1 node_tests fault tests/fault/*.test.mjs
}

# The real failover, on machines of its own making (tests/failover/README.md). Only on demand: it installs packages and
# takes minutes. Without the packages, or without the right to make network namespaces, it fails.
group_failover() {
  build_release >/dev/null || { count 0 1; return; }
  need_postgresql && need_daemons "${PACKAGES_FAILOVER[@]}" || { say "失败：failover 所需的软件包没有装上"; count 0 1; return; }
  rm -f "$LOGS/failover.json" "$LOGS/failover.md"
  MINYI_BINARY=$ROOT/build/release/minyi MINYI_RIG_RESULT=$LOGS/failover.json MINYI_RIG_KEEP=$LOGS/failover \
    node_tests failover tests/failover/failover.test.mjs
  [ ! -f "$LOGS/failover.md" ] || cat "$LOGS/failover.md"
}

# The typesetter: positions read back from the PDFs of sample papers.
group_paper() {
  need_fonts
  TARGETS="paper_tool docx_tool" sanitized >/dev/null || { count 0 1; return; }
  node_tests paper tests/paper/*.test.mjs
}

# Hostile bytes for some seconds a target; MINYI_FUZZ_SECONDS for longer. What breaks one is kept in build/fuzz/found.
group_fuzz() {
  need_fonts
  need_node
  TARGETS="fuzz_archive fuzz_pgm fuzz_template fuzz_image fuzz_paper" build fuzz -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DMINYI_FUZZ=ON -DMINYI_WEB=OFF >"$LOGS/fuzz-build.log" 2>&1 || { count 0 1; say "失败：fuzz-build"; tail -n 40 "$LOGS/fuzz-build.log"; return; }
  for name in archive pgm template image paper; do one "fuzz-$name" tests/fuzz/run.sh "$name" "${MINYI_FUZZ_SECONDS:-12}"; done
}

group_lint() {
  one lint-layers tests/lint/check.sh
  one lint-selftest tests/lint/selftest.sh
  one lint-tidy nice -n 10 tests/lint/tidy.sh # works all the time: it gives way to what has deadlines
  one lint-format tests/lint/format.sh
  one lint-web bash -c 'cd web && npm run --silent lint && npm run --silent check'
}

GROUPS_ALL=(build lint unit paper fuzz pages api scenario web fault)
GROUPS_ON_DEMAND=(failover)
for group in "${GROUPS_ALL[@]}" "${GROUPS_ON_DEMAND[@]}"; do
  declare -F "group_$group" >/dev/null || { echo "tests/run.sh: group_$group is gone"; exit 2; }
done
ON_BOTH=' unit api scenario web fault '
FIRST=build   # the others run what it builds
LAST=failover # a network of its own, and times that are measured
LONG='web@sqlite unit@postgres lint unit@sqlite fault@sqlite fault@postgres' # begin early, so that no lane is idle at the end

# ---- The parts that are asked for ----

labels=() # in the order of the list
declare -A group_of=() engine_of=()
ask_for() { # GROUP ENGINE LABEL
  [ -z "${group_of[$3]:-}" ] || return 0
  labels+=("$3") group_of[$3]=$1 engine_of[$3]=$2
}

[ $# -gt 0 ] || set -- "${GROUPS_ALL[@]}"
for wanted in "$@"; do
  group=${wanted%@*} engines=${wanted#"${wanted%@*}"}
  declare -F "group_$group" >/dev/null && [[ $engines =~ ^(@sqlite|@postgres)?$ ]] \
    || { echo "没有测试组 $wanted（有：${GROUPS_ALL[*]} ${GROUPS_ON_DEMAND[*]}；${ON_BOTH# }可加 @sqlite 或 @postgres）"; exit 2; }
  if [[ $ON_BOTH != *" $group "* ]]; then ask_for "$group" sqlite "$group"; continue; fi
  for engine in ${engines:-@sqlite @postgres}; do ask_for "$group" "${engine#@}" "$group$engine"; done
done

# Those of the labels "$1" that are asked for, in that order; all others.
asked_in() { for label in $1; do [ -z "${group_of[$label]:-}" ] || echo "$label"; done; }
asked_but_in() { for label in "${labels[@]}"; do [[ " $1 " == *" $label "* ]] || echo "$label"; done; }

# ---- Running them ----

run() { # LABEL
  local group=${group_of[$1]} began=$SECONDS
  export ENGINE=${engine_of[$1]} MINYI_TEST_ENGINE=${engine_of[$1]}
  if [ "$ENGINE" = postgres ] && [ -z "${MINYI_TEST_POSTGRES:-}" ]; then say "失败：测试用的 PostgreSQL 没有启动"; count 0 1; else "group_$group"; fi
  [ $((PASSED + FAILED)) -gt 0 ] || { say "失败：$1 没有运行任何测试"; count 0 1; }
  times >"$PARTS/$1.times" # its second line: what this process's ended children have computed
  echo "$PASSED $FAILED $((SECONDS - began)) $(awk -F'[ms ]' 'NR == 2 { printf "%d", ($1 + $4) * 60 + $2 + $5 }' "$PARTS/$1.times")" >"$PARTS/$1.counts"
}

declare -A running=() ended=() # process → label; label → its end is seen
told=0 all_passed=0 all_failed=0

# What has ended is told as soon as all before it in the list are.
tell() {
  local label passed failed seconds cpu
  while [ "$told" -lt ${#labels[@]} ] && [ -n "${ended[${labels[told]}]:-}" ]; do
    label=${labels[told]}
    say "== $label"
    cat "$PARTS/$label.out"
    read -r passed failed seconds cpu <"$PARTS/$label.counts" || { say "失败：$label 中途停止"; passed=0 failed=1 seconds=0 cpu=0; }
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) told=$((told + 1))
    printf '   %s：累计 %d 通过，%d 失败，用时 %d 秒，其中计算 %d 秒\n' "$label" "$all_passed" "$all_failed" "$seconds" "$cpu"
  done
}

begin() { # LABEL
  rm -f "$PARTS/$1.counts"
  say "   开始 $1"
  run "$1" >"$PARTS/$1.out" 2>&1 </dev/null &
  running[$!]=$1
}

# Waits until no more than $1 run.
until_only() {
  local pid
  while [ ${#running[@]} -gt "$1" ]; do
    wait -n -p pid
    ended[${running[$pid]}]=1
    unset "running[$pid]"
    tell
  done
}

# Ends a process and all that it started.
end_tree() {
  local child children
  children=$(cat /proc/"$1"/task/*/children 2>/dev/null)
  kill "$1" 2>/dev/null
  for child in $children; do end_tree "$child"; done
}
trap 'for pid in "${!running[@]}"; do end_tree "$pid"; done; [ ! -e "build/postgres/$SERVER" ] || tests/postgres.sh stop --name="$SERVER"' EXIT
trap 'exit 130' INT TERM HUP

for label in "${labels[@]}"; do [ "${engine_of[$label]}" = sqlite ] || { need_server; break; }; done
for label in $(asked_in "$FIRST"); do begin "$label"; until_only 0; done
for label in $(asked_in "$LONG") $(asked_but_in "$FIRST $LONG $LAST"); do until_only $((LANES - 1)); begin "$label"; done
for label in $(asked_in "$LAST"); do until_only 0; begin "$label"; done
until_only 0
printf '   共用时 %d 秒\n\n' "$SECONDS"
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" -eq 0 ] && [ "$told" -eq ${#labels[@]} ]
