#!/usr/bin/env bash
# How long each program takes to be ready and how much memory it holds when idle, on a cloud of its own that is removed afterwards.
#   bench/programs.sh [RUNS]       as root; the build must be there (./brume up once)
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-5}
data=$(mktemp -d "${TMPDIR:-/tmp}/brume-bench.XXXXXX")
brume() { "$here/brume" --data "$data" "$@"; }
trap 'brume down --purge --yes >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
brume --port "${BENCH_PORT:-7600}" --name bench up >/dev/null 2>&1
printf '%-14s %s\n' PROGRAM 'READY (ms, as it says itself), then RESIDENT (MiB) after ten idle seconds'
for _ in $(seq "$runs"); do
  brume down >/dev/null 2>&1
  brume up >/dev/null 2>&1
  sleep 10
  for role in control-plane node-agent storage-node; do
    ready=$(grep -oE 'after [0-9]+ ms' "$data/log/$role.log" | tail -n 1 | grep -oE '[0-9]+' || echo '?')
    pid=$(cat "$data/run/$role.pid")
    rss=$(awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/${pid%% *}/status")
    printf '%-14s %6s %6s\n' "$role" "$ready" "$rss"
  done
done
