#!/usr/bin/env bash
# Proves that check.sh can fail: a clean small tree passes, then one violation of each kind is added alone
# and must be found, and nothing else.
set -u
check=$(cd "$(dirname "$0")" && pwd)/check.sh
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
cd "$top" || exit 2
git init -q . || exit 2
failures=0

fresh() {
    rm -rf src include notes.txt web
    mkdir -p src/base src/store src/text src/api src/http src/features/report include/minyi
    printf '#ifndef BASE_H\n#define BASE_H\n#include <stddef.h>\n#endif\n' >include/minyi/base.h
    local header
    for header in arena db http route report strings_of; do
        printf '#ifndef %s_H\n#define %s_H\n#include "minyi/base.h"\n#endif\n' "$header" "$header" \
            >"include/minyi/$header.h"
    done
    printf '#include "minyi/arena.h"\n#include <sodium.h>\n' >src/base/arena.c
    printf '#include "minyi/db.h"\n#include <sqlite3.h>\n#include "internal.h"\n' >src/store/db.c
    printf '#include "minyi/arena.h"\n' >src/store/internal.h
    printf '#include "minyi/strings_of.h"\n' >src/text/strings_of.c
    printf '#include "minyi/http.h"\n#include <microhttpd.h>\n' >src/http/http.c
    printf '#include "minyi/db.h"\n#include "minyi/http.h"\n#include <jansson.h>\n' >src/api/gate.c
    printf '#include "minyi/report.h"\n#include "minyi/route.h"\n#include "minyi/db.h"\n' >src/features/report/save.c
}

function_of() { # LINES
    printf 'int long_one(int a) {\n'
    yes '    a++;' | head -n "$(($1 - 3))"
    printf '    return a;\n}\n'
}

expect() { # NAME PATTERN COUNT
    local out
    out=$("$check" "$top" 2>&1)
    local status=$?
    local wanted=$(($3 > 0 ? 1 : 0))
    if ! grep -qE -- "$2" <<<"$out" || ! grep -qx "lint: $3 findings" <<<"$out" || [ $status -ne $wanted ]; then
        printf 'FAILED %s (status %s)\n%s\n' "$1" "$status" "$out"
        failures=$((failures + 1))
    fi
    fresh
}

include() { # FILE TARGET
    printf '#include %s\n' "$2" >>"$1"
}

fresh
expect 'a clean tree' '^lint: 0' 0
include src/text/strings_of.c '"minyi/db.h"'
expect 'text may not know the store' 'src/text/strings_of.c:2: layer law: text' 1
include src/base/arena.c '"minyi/db.h"'
expect 'base knows nobody' 'src/base/arena.c:3: layer law: base' 1
include src/store/db.c '"minyi/http.h"'
expect 'the store knows no HTTP' 'layer law: store' 1
include src/http/http.c '"minyi/db.h"'
expect 'HTTP knows no store' 'layer law: http' 1
include src/api/gate.c '"minyi/report.h"'
expect 'the gate knows no feature' 'layer law: api' 1
include src/features/report/save.c '"minyi/http.h"'
expect 'a feature knows no HTTP' 'layer law: features' 1
include include/minyi/arena.h '"minyi/db.h"'
expect 'headers obey too' 'include/minyi/arena.h:5: layer law: base' 1
include src/http/http.c '<sqlite3.h>'
expect 'sqlite3 outside the store' 'http may not use <sqlite3.h>' 1
include src/features/report/save.c '<microhttpd.h>'
expect 'microhttpd outside http' 'features may not use <microhttpd.h>' 1
include src/base/arena.c '<jansson.h>'
expect 'jansson below the gate' 'base may not use <jansson.h>' 1
include src/api/gate.c '"../store/internal.h"'
expect 'a private header of another folder' 'private header' 1
include src/api/gate.c '"minyi/nowhere.h"'
expect 'a header of no layer' 'belongs to no layer' 1
mkdir -p src/odd && include src/odd/x.c '<stdio.h>'
expect 'a folder of no layer' 'src/odd/x.c:1: this file belongs to no layer' 1
printf 'size_t early(struct nothing x);\n' >include/minyi/arena.h
expect 'a header that does not compile alone' 'include/minyi/arena.h: does not compile alone: error' 1

for call in strcpy strcat sprintf vsprintf strtok gets system popen atoi sscanf alloca mktemp; do
    printf 'void f(void) {\n    %s (x);\n}\n' "$call" >src/base/bad.c
    expect "banned $call" "src/base/bad.c:2: banned call: *$call" 1
done
printf '/* strcpy(a)\n system("x") */\nint f(void) {\n    p->system(1);\n    snprintf(2);\n    return g("atoi(3)");\n}\n' >src/base/fine.c
expect 'words in comments, strings and longer names are no calls' '^lint: 0' 0

yes '/* line */' | head -n 600 >src/base/long.c
expect 'a file of 600 lines' '^lint: 0' 0
yes '/* line */' | head -n 601 >src/base/long.c
expect 'a file of 601 lines' 'src/base/long.c: 601 lines' 1
function_of 60 >src/base/long.c
expect 'a function of 60 lines' '^lint: 0' 0
function_of 61 >src/base/long.c
expect 'a function of 61 lines is advice' '^note: src/base/long.c:1: function long_one has 61 lines' 0
function_of 81 >src/base/long.c
expect 'a function of 81 lines' 'src/base/long.c:1: function long_one has 81 lines' 1

# Put together here, so that this file has no such trace itself.
for trace in "/wo""rk/main" "/ho""me/someone" "/ro""ot/x" "https://regi""stry.npmjs.org/vue" "https://pypi"".org/simple"; do
    printf 'see %s\n' "$trace" >notes.txt
    expect "trace $trace" 'notes.txt:1: path or host of a machine' 1
done
for mark in "TO""DO" "FIX""ME" "XX""X" "<<<<<<"'< HEAD'; do
    mkdir -p web && printf '// %s later\n' "$mark" | sed 's|^// <|<|' >web/page.ts
    expect "mark $mark" 'web/page.ts:1: mark of unfinished work' 1
done
printf 'file_XXXX''XX TODOS\n' >notes.txt
expect 'words that only contain a mark' '^lint: 0' 0

if [ "$failures" -eq 0 ]; then
    echo 'lint selftest: every violation is found'
else
    echo "lint selftest: $failures failures"
    exit 1
fi
