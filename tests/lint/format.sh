#!/usr/bin/env bash
# Every C file is as clang-format would write it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
git ls-files 'src/*.[ch]' 'include/*.h' 'tests/*.[ch]' | xargs clang-format --dry-run -Werror
echo "format: clean"
