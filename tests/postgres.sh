#!/usr/bin/env bash
# A private PostgreSQL server for the tests: a cluster in a temporary folder, a socket in that folder and a free
# loopback port, passwords everywhere. Never a cluster of the system, never a fixed port.
#
#   tests/postgres.sh start [--name=NAME] [--owner=PID] [--durable] [--set=NAME=VALUE …]   prints the URL of the ordinary role
#   tests/postgres.sh stop | kill | up | status | url | admin | folder [--name=NAME]
#   tests/postgres.sh lend FOLDER       gives a folder to the server's user, for a tablespace
#   tests/postgres.sh sweep             removes what servers of ended owners have left
#
# start     a new cluster: UTF-8, C collation; role "minyi" may create databases and nothing else. For speed nothing
#           is synced; --durable syncs as a real server does (for tests that kill the server). --set adds a line to
#           the server's settings.
# stop      ends the server and deletes the folder; the server's log stays in build/test-logs
# kill, up  kill -9 of the server with all its processes; the same cluster again, on the same port
# admin     the URL of the superuser
#
# With --owner the server does not outlive that process, however it ends: a watcher stops it. Several clusters live
# beside each other by name. As root the server runs as user postgres, else as whoever calls.
set -euo pipefail
ROOT=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
PG=${MINYI_TEST_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
export LC_ALL=C.UTF-8

die() { printf 'postgres.sh: %s\n' "$*" >&2; exit 1; }

verb=${1:-}
[ $# -gt 0 ] && shift
NAME=main OWNER='' DURABLE=0 PLACE='' SETTINGS=()
for argument in "$@"; do
  case $argument in
    --name=*) NAME=${argument#*=} ;;
    --owner=*) OWNER=${argument#*=} ;;
    --durable) DURABLE=1 ;;
    /*) PLACE=$argument ;;
    --set=?*=*) setting=${argument#--set=}; SETTINGS+=("${setting%%=*} = '${setting#*=}'") ;;
    *) die "unknown argument $argument" ;;
  esac
done
[[ $NAME =~ ^[a-z0-9-]+$ ]] || die "a name is of a-z, 0-9 and -"
[ -x "$PG/initdb" ] || die "no PostgreSQL server in $PG (./dev test installs it)"

STATE=$ROOT/build/postgres/$NAME # holds the folder's path

folder() { cat "$STATE" 2>/dev/null || true; }
secret() { cat "$(folder)/secret/$1"; }

# The server refuses to run as root.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@")
  else
    (cd / && "$@")
  fi
}

psql_admin() { PGPASSWORD=$(secret admin) "$PG/psql" -h 127.0.0.1 -p "$(secret port)" -U postgres -d postgres -qAt -v ON_ERROR_STOP=1; }
url() { echo "postgres://minyi:$(secret password)@127.0.0.1:$(secret port)/postgres"; }
admin() { echo "postgres://postgres:$(secret admin)@127.0.0.1:$(secret port)/postgres"; }

# When a process began, so that another with the same number is not taken for it; nothing when it is gone.
began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true; }
owner_lives() { # FOLDER
  local pid start
  read -r pid start < "$1/secret/owner" || return 1
  [ "$(began "$pid")" = "$start" ]
}

server_pid() { head -n 1 "$1/data/postmaster.pid" 2>/dev/null || true; } # FOLDER
server_lives() { # FOLDER
  local pid
  pid=$(server_pid "$1")
  [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$1/data" ]
}

# Ends the server in FOLDER at once and deletes everything.
remove() {
  local dir=$1
  case $dir in */minyi-postgres-*) ;; *) die "not a folder of mine: $dir" ;; esac
  if server_lives "$dir"; then
    as_server "$PG/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop >/dev/null 2>&1 || kill_server "$dir"
  fi
  if [ -f "$dir/log" ]; then
    mkdir -p "$ROOT/build/test-logs"
    cp "$dir/log" "$ROOT/build/test-logs/postgres-$(cat "$dir/secret/name" 2>/dev/null || echo unknown).log" 2>/dev/null || true
  fi
  rm -rf "$dir"
}

# kill -9 of the server and of all it started.
kill_server() {
  local pid children
  pid=$(server_pid "$1")
  server_lives "$1" || return 0
  children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
  # shellcheck disable=SC2086
  kill -KILL "$pid" $children 2>/dev/null || true
  for _ in $(seq 400); do server_lives "$1" || return 0; sleep 0.02; done
}

sweep() {
  local dir
  for dir in "${TMPDIR:-/tmp}"/minyi-postgres-* /dev/shm/minyi-postgres-*; do
    [ -O "$dir/secret" ] || continue
    [ -z "$(find "$dir/secret" -maxdepth 0 -mmin -1 2>/dev/null)" ] || continue # another one is just being made
    if [ -f "$dir/secret/owner" ]; then owner_lives "$dir" && continue; else server_lives "$dir" && continue; fi
    remove "$dir"
  done
  for dir in "$ROOT"/build/postgres/*; do
    [ -s "$dir" ] && [ ! -d "$(cat "$dir")" ] && rm -f "$dir"
  done
  return 0
}

random_word() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
random_port() { echo $((20000 + $(od -An -N4 -tu4 /dev/urandom) % 12000)); } # below what the kernel gives out itself

settings() { # FOLDER PORT
  cat <<TXT
listen_addresses = '127.0.0.1'
port = $2
unix_socket_directories = '$1'
max_connections = 400
shared_buffers = 128MB
lc_messages = 'C'
timezone = 'UTC'
log_min_messages = warning
log_line_prefix = '%m [%p] %d '
checkpoint_timeout = 30min
jit = off
TXT
  if [ "$DURABLE" = 1 ]; then printf '%s\n' 'max_wal_size = 2GB' 'recovery_init_sync_method = syncfs'
  else printf '%s\n' 'max_wal_size = 512MB' 'fsync = off' 'full_page_writes = off' 'autovacuum = off'; fi
  [ ${#SETTINGS[@]} -eq 0 ] || printf '%s\n' "${SETTINGS[@]}"
}

# A place that the server may write, beside its data: for a tablespace on a small disk.
lend() { # PATH
  if [ "$(id -u)" = 0 ]; then chown postgres "$1"; fi
}

boot() { # FOLDER: starts the server
  as_server "$PG/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 start >/dev/null 2>&1
}

# Each test has a database of its own, of six hundred files: to make and drop it takes the kernel ten times as long on a
# disk as in memory. Where there is memory to spare a server that syncs nothing lies there.
place() {
  local free_kb
  free_kb=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1) || free_kb=0
  if [ "$DURABLE" = 0 ] && [ "${free_kb:-0}" -gt 2000000 ] && [ -w /dev/shm ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

start() {
  local dir port
  sweep
  [ -n "$(folder)" ] && [ -d "$(folder)" ] && die "$NAME already runs (tests/postgres.sh stop --name=$NAME)"
  dir=$(mktemp -d "$(place)/minyi-postgres-XXXXXX")
  # A start that is broken off leaves nothing.
  # shellcheck disable=SC2064
  trap "remove '$dir'; rm -f '$STATE'" EXIT
  mkdir -m 700 "$dir/secret" "$dir/data"
  if [ "$(id -u)" = 0 ]; then chown postgres "$dir" "$dir/data"; fi
  chmod 711 "$dir"
  mkdir -p "$(dirname "$STATE")"
  echo "$dir" > "$STATE"
  echo "$NAME" > "$dir/secret/name"
  [ -z "$OWNER" ] || echo "$OWNER $(began "$OWNER")" > "$dir/secret/owner"
  random_word > "$dir/secret/admin"
  random_word > "$dir/secret/password"
  as_server "$PG/initdb" -D "$dir/data" -U postgres --encoding=UTF8 --locale=C --auth=scram-sha-256 --no-sync \
    --pwfile=/dev/stdin < "$dir/secret/admin" >"$dir/secret/initdb.log" 2>&1 || { cat "$dir/secret/initdb.log" >&2; die "initdb failed"; }
  for _ in $(seq 10); do
    port=$(random_port)
    settings "$dir" "$port" | as_server tee "$dir/data/postgresql.auto.conf" >/dev/null
    if boot "$dir"; then break; fi
    port=''
  done
  [ -n "$port" ] || { cat "$dir/log" >&2; die "the server does not start"; }
  echo "$port" > "$dir/secret/port"
  psql_admin <<< "CREATE ROLE minyi LOGIN CREATEDB PASSWORD '$(cat "$dir/secret/password")';"
  trap - EXIT
  if [ -n "$OWNER" ]; then
    setsid "$0" watch --name="$NAME" </dev/null >/dev/null 2>&1 &
  fi
  url
}

stop() {
  local dir
  dir=$(folder)
  rm -f "$STATE"
  [ -z "$dir" ] || [ ! -d "$dir" ] || remove "$dir"
}

# Stops the server once its owner is gone. Ends by itself when somebody else has stopped it.
watch() {
  local dir
  dir=$(folder)
  while [ -d "$dir/secret" ]; do
    owner_lives "$dir" || { [ "$(folder)" != "$dir" ] || rm -f "$STATE"; remove "$dir"; return; }
    sleep 1
  done
}

case $verb in
  start | stop | sweep | watch) "$verb" ;;
  kill) kill_server "$(folder)" ;;
  up)
    # Processes of a killed server may hold its memory for a moment.
    for _ in $(seq 40); do boot "$(folder)" && exit 0; sleep 0.25; done
    die "the server does not start again"
    ;;
  lend) lend "$PLACE" ;;
  url | admin | folder) [ -n "$(folder)" ] || die "$NAME does not run"; "$verb" ;;
  status)
    dir=$(folder)
    if [ -n "$dir" ] && server_lives "$dir"; then echo "runs: $(url)"; else echo "does not run"; exit 3; fi
    ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac
