#!/usr/bin/env bash
# rig.sh COMMAND…: runs COMMAND in network, process and mount namespaces of its own, with MINYI_RIG set to a temporary
# folder. Whatever happens to it, nothing outlives it: when the first process of the namespace is gone, the kernel
# kills all others, and the namespaces' addresses and mounts go with them; the folder is deleted here.
# With MINYI_RIG_KEEP=FOLDER the logs are copied there first.
set -uo pipefail
if [ "$(id -u)" != 0 ]; then exec sudo --preserve-env=PATH,MINYI_BINARY,MINYI_RIG_KEEP,MINYI_RIG_RESULT,MINYI_FAILOVER_FAULTS,MINYI_FAILOVER_WRITERS,MINYI_FAILOVER_ETCD -n "$0" "$@"; fi
umask 022
MINYI_RIG=$(mktemp -d "${TMPDIR:-/tmp}/minyi-failover-XXXXXX")
export MINYI_RIG
chmod 0755 "$MINYI_RIG"
leave() {
  if [ -n "${MINYI_RIG_KEEP:-}" ]; then mkdir -p "$MINYI_RIG_KEEP" && cp -r "$MINYI_RIG"/log/. "$MINYI_RIG_KEEP" 2>/dev/null; fi
  rm -rf "$MINYI_RIG"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP
# A fresh /run hides the system's named namespaces and sockets; the shell stays as process 1 to reap orphans.
# shellcheck disable=SC2016
setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child=KILL --mount-proc bash -c '
  mount -t tmpfs tmpfs /run && mkdir /run/netns
  "$@"
  exit $?
' rig "$@" &
rig=$!
trap 'kill -KILL "$rig" 2>/dev/null; exit 130' INT TERM HUP
wait "$rig"
