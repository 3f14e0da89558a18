#!/usr/bin/env bash
# Processor time of the command line's start: user + system seconds of `brume --version` and of a call, RUNS times each.
#   bench/cli.sh [RUNS] [DATA]       with DATA, the folder of a running cloud, a call is measured too
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-10}
data=${2:-}
TIMEFORMAT='%U %S %R'
measure() {
  for _ in $(seq "$runs"); do
    { time "$@" >/dev/null 2>&1; } 2>&1
  done | awk -v what="$*" '{ cpu[NR] = ($1 + $2) * 1000; wall[NR] = $3 * 1000 }
    END { n = asort(cpu); asort(wall); printf "%-40s CPU ms: min %d  median %d   wall ms: min %d  median %d\n", substr(what, length(what) - 38), cpu[1], cpu[int((n + 1) / 2)], wall[1], wall[int((n + 1) / 2)] }'
}
measure "$here/brume" --version
[ -z "$data" ] || measure "$here/brume" --data "$data" instance list
