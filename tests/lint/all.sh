#!/usr/bin/env bash
# All static checks; ./dev lint.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
exec tests/run.sh lint
