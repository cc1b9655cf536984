#!/usr/bin/env bash
# ./dev bench [--quick] [--engine=sqlite|postgres|both] [--large] [--seconds=N] [--rounds=N]
# ./dev bench --papers [--rounds=N]
#
# The service beside its references: on SQLite among 10,000 and among 1,000,000 reports, on PostgreSQL (a private
# durable cluster of its own) among 10,000, with --large also among 1,000,000; one node there, and two.
# --quick: the small offices only, shorter. --papers: PDF, Word and batches instead, beside LibreOffice.
#
# Called by ./dev, which has built build/release-bench. The offices to measure among are made once, under
# build/bench, and made anew when the generator or the shape of the tables is another.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

BUILD=$PWD/build/release-bench
OFFICES=$PWD/build/bench
SIZES=(10000 1000000) ENGINE=both LARGE=0 PAPERS=0
OPTIONS=()
for argument in "$@"; do
  case $argument in
    --quick) SIZES=(10000) OPTIONS+=(--seconds=3) ;;
    --engine=sqlite|--engine=postgres|--engine=both) ENGINE=${argument#*=} ;;
    --large) LARGE=1 ;;
    --papers) PAPERS=1 ;;
    --seconds=*|--rounds=*) OPTIONS+=("$argument") ;;
    *) echo "usage: ./dev bench [--papers] [--quick] [--engine=sqlite|postgres|both] [--large] [--seconds=N] [--rounds=N]" >&2; exit 2 ;;
  esac
done

# A database of that many reports that this program can open, made by this generator.
office() {
  local file=$OFFICES/reports-$1.db wanted
  wanted=$(sha256sum tests/bench/bench_generate.c | cut -d' ' -f1)
  if [ "$(cat "$file.made-by" 2>/dev/null)" = "$wanted" ] && "$BUILD/minyi" migrate --store="sqlite:$file" >/dev/null 2>&1
  then return; fi
  rm -f "$file"*
  "$BUILD/minyi" init --store="sqlite:$file" --name=政协云江省委员会 --short-name=云江省政协 >/dev/null
  "$BUILD/tests/bench_generate" "sqlite:$file" "$1"
  echo "$wanted" > "$file.made-by"
}

# The files of the given numbers of reports, parted by commas.
offices() {
  local size files=()
  for size in "$@"; do
    office "$size" >&2
    files+=("$OFFICES/reports-$size.db")
  done
  (IFS=,; echo "${files[*]}")
}

mkdir -p "$OFFICES"
if [ $PAPERS = 1 ]; then
  export MINYI_BINARY=$BUILD/minyi
  exec node tests/bench/papers.mjs "$BUILD" "$OFFICES" ${OPTIONS[@]+"${OPTIONS[@]}"}
fi
[ "$ENGINE" = postgres ] || OPTIONS+=("--files=$(offices "${SIZES[@]}")")
if [ $LARGE = 1 ]; then SERVER_SIZES=(10000 1000000); else SERVER_SIZES=(10000); fi
[ "$ENGINE" = sqlite ] || OPTIONS+=("--server-files=$(offices "${SERVER_SIZES[@]}")")
node tests/bench/measure.mjs "$BUILD" "$OFFICES" "${OPTIONS[@]}" | tee "$OFFICES/result.md"
