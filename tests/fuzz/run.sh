#!/usr/bin/env bash
# Runs one fuzz target for some seconds over seeds that are made here: tests/fuzz/run.sh NAME [SECONDS] [libFuzzer option …]
#
# The program is build/fuzz/tests/fuzz/fuzz_NAME (`./dev test fuzz` builds it). What breaks it is kept in
# build/fuzz/found; give that file as a further argument to run it alone. What it learns lies in build/fuzz/corpus
# and is used again.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
name=$1 seconds=${2:-20}
shift $(($# > 1 ? 2 : 1))
program=build/fuzz/tests/fuzz/fuzz_$name
mkdir -p "build/fuzz/corpus/$name" build/fuzz/found
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
export MINYI_FONTS=${MINYI_FONTS:-$PWD/.local/fonts}
[ -d "$MINYI_FONTS" ] || unset MINYI_FONTS
samples=
if [ "$name" = image ] && [ -x build/asan/tests/docx_tool ]; then
  samples=$seeds/samples
  mkdir "$samples"
  build/asan/tests/docx_tool "$samples" docx
fi
node tests/fuzz/seeds.mjs "$seeds" $samples
# Cairo 1.16 leaks an array for each font that it cuts down for a PDF; the leaks of ours the group "paper" finds.
case $name in paper|template) set -- -detect_leaks=0 "$@" ;; esac
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
"$program" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=3000 -max_len=6000 -artifact_prefix=build/fuzz/found/"$name"- \
  -print_final_stats=1 -verbosity=0 "$@" "build/fuzz/corpus/$name" "$seeds/$name"
