#!/usr/bin/env bash
# docs.sh BINARY FOLDER: writes the pages that come from the program's own tables; the tests compare them.
set -euo pipefail
minyi=$1 folder=$2
page() { printf '# %s\n\nMade by `./dev docs` from the program (`minyi %s`); do not edit.\n\n' "$1" "$2"; "$minyi" "$2"; }
page 'Permissions' permissions > "$folder/permissions.md"
page 'Life cycles' lifecycles > "$folder/lifecycles.md"
page 'Errors' errors > "$folder/errors.md"
