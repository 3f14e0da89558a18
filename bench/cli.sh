#!/usr/bin/env bash
# Processor time of the command line's start: user + system seconds of `brume --version` and of a call, RUNS times each.
#   bench/cli.sh [RUNS] [DATA]       with DATA, the folder of a running cloud, a call is measured too
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-10}
data=${2:-}
TIMEFORMAT='%U %S %R'
measure() {
  local cpu
  cpu=$(for _ in $(seq "$runs"); do
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ printf "%d\n", ($1 + $2) * 1000 }'
  done | sort -n)
  printf '%-28s CPU ms: min %s  median %s\n' "brume ${*:$#}" "$(sed -n 1p <<<"$cpu")" "$(sed -n "$(((runs + 1) / 2))p" <<<"$cpu")"
}
measure "$here/brume" --version
[ -z "$data" ] || measure "$here/brume" --data "$data" instance list
