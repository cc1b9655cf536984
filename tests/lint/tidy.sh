#!/usr/bin/env bash
# clang-tidy over our C files; a file whose text, headers and settings have not changed since it was last
# clean is not read again.
#
# The analyser follows at most $NODES states of a function, a third of its default, which takes two fifths of the
# time. MINYI_TIDY_NODES=225000 looks as deep as the default.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
source ./dev
build clang -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Release
NODES=${MINYI_TIDY_NODES:-75000}
clean=$ROOT/.local/tidy; mkdir -p "$clean"
common=$(cat <<<"$NODES" - .clang-tidy include/minyi/* src/*/internal.h | sha256sum | cut -d' ' -f1)
check() {
  local file=$1 key
  key=$( (echo "$2"; cat "$file" "$(dirname "$file")"/*.h 2>/dev/null) | sha256sum | cut -d' ' -f1)
  [ -e "$3/$key" ] && return 0
  clang-tidy --quiet -p build/clang --extra-arg={-Xclang,-analyzer-config,-Xclang,max-nodes="$NODES"} "$file" 2>/dev/null && touch "$3/$key"
}
export -f check
export NODES
git ls-files 'src/*.c' | xargs -P "$JOBS" -I{} bash -c 'check "$@"' _ {} "$common" "$clean"
echo "clang-tidy: clean"
