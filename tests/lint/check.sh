#!/usr/bin/env bash
# The laws of the source tree that a compiler does not know. One line a finding, then "lint: N findings";
# exit status 1 when there are any. Lines that begin with "note:" are advice and not counted.
#
#   tests/lint/check.sh [FOLDER]      FOLDER: the top of a git working tree, by default this one
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
LC_ALL=C
export LC_ALL
# Without git nothing would be looked at and everything would seem fine.
if ! git rev-parse --is-inside-work-tree >/dev/null || [ ! -d include/minyi ]; then
    echo "lint: $PWD is not a git working tree of minyi" >&2
    exit 2
fi

# ---- the law -----------------------------------------------------------------------------------------
# Layer and what its files may include: layers (every header of theirs) or single headers.
law() {
    cat <<'TABLE'
base      base
text      base text
files     base files
store     base store
http      base http
api       base http api db.h
features  base store text files features route.h
jobs      base store text files features api jobs
cli       base store text files features api http jobs cli
main      base store text files features api http jobs cli
TABLE
}

# Headers whose layer is not told by src/LAYER/NAME.c or src/features/NAME/.
header_layers() {
    cat <<'TABLE'
base.h            base
errors.def        base
migrations.h      store
http.h            http
api.h             api
route.h           api
permissions.def   api
lifecycle.h       base
account.h         features
admin.h           features
article.h         features
audit.h           features
issue.h           features
notify.h          features
report.h          features
review.h          features
unit.h            features
paper.h           files
office_paper.h    features
office_template.h features
template.h        files
fonts.h           files
image.h           files
code.h            files
archive.h         files
blob.h            features
samples.h         cli
jobs.h            jobs
cli.h             cli
TABLE
}

# What single files may include beyond their layer's law, each with its reason.
exceptions() {
    cat <<'TABLE'
include/minyi/account.h   api.h   sign-in gives the gate its sessions and CSRF answers
src/features/account/     api.h   the same
TABLE
}

# Libraries and the only layers that may know them. Headers not named here are the C library's.
libraries() {
    cat <<'TABLE'
sodium.h       base
ini.h          base
microhttpd.h   http
sqlite3.h      store
libpq-fe.h     store
jansson.h      api features cli
curl/          jobs
unicode/       text files
linear.h       text
zip.h          files
zlib.h         files http
xlsxwriter.h   files
cairo          files
pango/         files
fontconfig/    files
gdk-pixbuf/    files
glib           files
qrencode.h     files
zbar.h         files
seccomp.h      files
argp.h         cli main
TABLE
}

readonly BANNED='strcpy|strcat|sprintf|vsprintf|strtok|gets|system|popen|atoi|atol|atoll|atof|scanf|fscanf|sscanf|vscanf|vfscanf|vsscanf|alloca|mktemp|tmpnam'
readonly FILE_MAX=600 FUNCTION_ADVICE=60 FUNCTION_MAX=80

# ---- reporting ---------------------------------------------------------------------------------------
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
find_() { printf '%s\n' "$*" >>"$findings"; }

# Files of the tree: tracked ones and new ones that are not ignored.
tree() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r f; do
    [ -f "$f" ] && printf '%s\n' "$f"
done; }

# ---- (a) includes against the law --------------------------------------------------------------------
declare -A may layer_of_header library
while read -r layer rest; do may[$layer]=" $rest "; done < <(law)
while read -r header layer; do layer_of_header[$header]=$layer; done < <(header_layers)
while read -r header rest; do library[$header]=" $rest "; done < <(libraries)

# Sets `layer` to that of a header of include/minyi, or to "".
find_layer_of_header() {
    layer=${layer_of_header[$1]:-}
    [ -n "$layer" ] && return
    local name=${1%.*} found
    if [ -d "src/features/$name" ]; then
        layer=features
    else
        found=$(ls -d src/*/"$name.c" src/*/"$name" src/features/*/"$name.c" 2>/dev/null | head -n 1)
        layer=${found#src/}
        layer=${layer%%/*}
    fi
    layer_of_header[$1]=$layer
}

is_exception() { # FILE HEADER
    local where header
    while read -r where header _; do
        [[ $1 == "$where"* && $2 == "$header" ]] && return 0
    done < <(exceptions)
    return 1
}

check_include() { # FILE LINE LAYER TARGET
    local name key
    case $4 in
    \"minyi/*)
        name=${4#\"minyi/}
        name=${name%\"}
        find_layer_of_header "$name"
        if [ -z "$layer" ]; then
            find_ "$1:$2: minyi/$name belongs to no layer: name its module after it or add a row in tests/lint/check.sh"
        elif [[ ${may[$3]} != *" $layer "* && ${may[$3]} != *" $name "* ]] && ! is_exception "$1" "$name"; then
            find_ "$1:$2: layer law: $3 may not include minyi/$name of $layer"
        fi
        ;;
    \"*)
        name=${4#\"}
        name=${name%\"}
        if [[ $name == */* || ! -f ${1%/*}/$name ]]; then
            find_ "$1:$2: layer law: private header \"$name\" is not of this folder"
        fi
        ;;
    \<*)
        name=${4#<}
        for key in "${!library[@]}"; do
            if [[ $name == "$key"* && ${library[$key]} != *" $3 "* ]]; then
                find_ "$1:$2: layer law: $3 may not use <${name%>}>; it belongs to${library[$key]}"
            fi
        done
        ;;
    esac
}

check_includes() {
    local file line text own target layer
    while IFS=: read -r file line text; do
        case $file in
        src/main.c) own=main ;;
        src/*/*)
            own=${file#src/}
            own=${own%%/*}
            ;;
        *)
            find_layer_of_header "${file##*/}"
            own=$layer
            ;;
        esac
        if [ -z "${may[${own:-none}]:-}" ]; then
            find_ "$file:$line: this file belongs to no layer of the law in tests/lint/check.sh"
            continue
        fi
        target=$(sed -E 's/^[^<"]*(<[^>]*>|"[^"]*").*/\1/' <<<"$text")
        check_include "$file" "$line" "$own" "$target"
    done < <(tree 'src/*.c' 'src/*.h' 'include/*.h' | xargs -r grep -HnE '^[[:space:]]*#[[:space:]]*include')
}

# ---- (b) headers compile alone -----------------------------------------------------------------------
check_headers() {
    local header why
    while read -r header; do
        why=$(${CC:-cc} -std=gnu17 -D_GNU_SOURCE -Iinclude -Wall -Wextra -Werror -fsyntax-only -x c "$header" 2>&1) ||
            find_ "$header: does not compile alone: $(grep -m 1 -oE 'error: .*' <<<"$why")"
    done < <(tree 'include/minyi/*.h')
}

# ---- (c) banned calls, (d) sizes ---------------------------------------------------------------------
check_code() {
    tree '*.c' '*.h' | xargs -r awk -v banned="(^|[^A-Za-z0-9_.>])($BANNED)[ \t]*[(]" -v file_max="$FILE_MAX" \
        -v advice="$FUNCTION_ADVICE" -v function_max="$FUNCTION_MAX" '
        # The line without comments and with empty strings; block comments reach over lines.
        function code(line, out, token) {
            out = ""
            while (line != "") {
                if (in_comment) {
                    if (!index(line, "*/")) return out
                    line = substr(line, index(line, "*/") + 2)
                    in_comment = 0
                }
                if (!match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*|\/\/.*/)) return out line
                token = substr(line, RSTART, RLENGTH)
                out = out substr(line, 1, RSTART - 1)
                line = substr(line, RSTART + RLENGTH)
                if (token == "/*") in_comment = 1
                else if (token !~ /^\/\//) out = out "\"\""
            }
            return out
        }
        function end_file() {
            if (lines > file_max) print file ": " lines " lines, more than " file_max
        }
        FNR == 1 { if (file) end_file(); file = FILENAME; in_comment = in_function = declared = 0 }
        {
            lines = FNR
            text = code($0)
            if (match(text, banned)) print file ":" FNR ": banned call: " substr(text, RSTART, RLENGTH) ")"
            if (!in_function && text ~ /^[A-Za-z_]/) { begin = FNR; declared = index(text, "(") > 0; head = text }
            if (!in_function && declared && text ~ /\{[ \t]*$/ && text !~ /=/) in_function = 1
            if (text ~ /;[ \t]*$/) declared = 0
            if (in_function && text ~ /^}/) {
                size = FNR - begin + 1
                in_function = declared = 0
                sub(/\(.*/, "", head); sub(/.*[ *]/, "", head)
                if (size > function_max) print file ":" begin ": function " head " has " size " lines, more than " function_max
                else if (size > advice) print "note: " file ":" begin ": function " head " has " size " lines, better at most " advice
            }
        }
        END { if (file) end_file() }' >>"$findings"
}

# ---- (e) traces of a machine, (f) marks of unfinished work -------------------------------------------
# The brackets keep these patterns from matching themselves.
readonly PATHS='(^|[^A-Za-z0-9_.])(/wor[k]/|/hom[e]/|/roo[t]/|/tmp/helpe[r])|registr[y]\.[a-z0-9-]+\.[a-z]|npmmirro[r]|pypi[.]or[g]|(^|[^A-Za-z])mirror[s]?\.[a-z]+\.|proxy[.]golan[g]|deb[.]debia[n][.]org'
readonly MARKS='(^|[^A-Za-z0-9_])(TOD[O]|FIXM[E]|XX[X])($|[^A-Za-z0-9_])|^(<<<<<<<|>>>>>>>) '

check_text() {
    tree | grep -vE '\.(png|jpe?g|ico|woff2?|pdf|docx|xlsx|db|gz|zip)$' | xargs -r -d '\n' grep -HnoIE "$PATHS" |
        sed -E 's/^([^:]*:[0-9]+):(.*)$/\1: path or host of a machine: \2/' >>"$findings"
    tree | grep -vE '(package-lock\.json|\.(png|jpe?g|ico|woff2?|pdf|docx|xlsx|db|gz|zip|csv))$' |
        xargs -r -d '\n' grep -HnoIE "$MARKS" |
        sed -E 's/^([^:]*:[0-9]+):(.*)$/\1: mark of unfinished work:\2/' >>"$findings"
}

check_includes
check_headers
check_code
check_text
sort -u "$findings"
count=$(sort -u "$findings" | grep -cv '^note: ')
echo "lint: $count findings"
[ "$count" -eq 0 ]
