#!/usr/bin/env bash
# ./dev bench [--quick] [--engine=sqlite|postgres|both] [--large] [--seconds=N] [--rounds=N]
#
# The service beside its references: on SQLite among 10,000 and among 1,000,000 reports, on PostgreSQL (a private
# durable cluster of its own) among 10,000, with --large also among 1,000,000; one node there, and two.
# --quick: the small offices only, shorter.
#
# Called by ./dev, which has built build/release-bench. The offices to measure among are made once, under
# build/bench, and made anew when the generator or the shape of the tables is another.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

BUILD=$PWD/build/release-bench
OFFICES=$PWD/build/bench
SIZES=(10000 1000000) ENGINE=both LARGE=0
OPTIONS=()
for argument in "$@"; do
  case $argument in
    --quick) SIZES=(10000) OPTIONS+=(--seconds=3) ;;
    --engine=sqlite|--engine=postgres|--engine=both) ENGINE=${argument#*=} ;;
    --large) LARGE=1 ;;
    --seconds=*|--rounds=*) OPTIONS+=("$argument") ;;
    *) echo "usage: ./dev bench [--quick] [--engine=sqlite|postgres|both] [--large] [--seconds=N] [--rounds=N]" >&2; exit 2 ;;
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

mkdir -p "$OFFICES"
if [ "$ENGINE" != postgres ]; then
  FILES=()
  for size in "${SIZES[@]}"; do
    office "$size"
    FILES+=("$OFFICES/reports-$size.db")
  done
  OPTIONS+=("--files=$(IFS=,; echo "${FILES[*]}")")
fi
if [ "$ENGINE" != sqlite ]; then
  OPTIONS+=("--server-sizes=10000$([ $LARGE = 0 ] || echo ,1000000)")
fi
node tests/bench/measure.mjs "$BUILD" "$OFFICES" "${OPTIONS[@]}" | tee "$OFFICES/result.md"
