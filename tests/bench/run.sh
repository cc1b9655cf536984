#!/usr/bin/env bash
# ./dev bench [--quick]: the service beside its references, among 10,000 and among 1,000,000 reports.
#
# Called by ./dev, which has built build/release-bench. The offices to measure among are made once, under
# build/bench, and made anew when the generator or the shape of the tables is another.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

BUILD=$PWD/build/release-bench
OFFICES=$PWD/build/bench
SIZES=(10000 1000000)
OPTIONS=()
for argument in "$@"; do
  case $argument in
    --quick) SIZES=(10000) OPTIONS+=(--seconds=3) ;;
    --seconds=*|--rounds=*) OPTIONS+=("$argument") ;;
    *) echo "usage: ./dev bench [--quick] [--seconds=N] [--rounds=N]" >&2; exit 2 ;;
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
  "$BUILD/tests/bench_generate" "$file" "$1"
  echo "$wanted" > "$file.made-by"
}

mkdir -p "$OFFICES"
DATABASES=()
for size in "${SIZES[@]}"; do
  office "$size"
  DATABASES+=("$OFFICES/reports-$size.db")
done
node tests/bench/measure.mjs "$BUILD" "${DATABASES[@]}" "${OPTIONS[@]}" | tee "$OFFICES/result.md"
