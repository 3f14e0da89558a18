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
# started PID: when a process began, in seconds since 1970, to a hundredth.
started() { awk -v now="$(date +%s.%N)" -v up="$(cut -d' ' -f1 /proc/uptime)" '{ sub(/.*\) /, ""); printf "%.3f", now - up + $20 / 100 }' "/proc/$1/stat"; }

printf '%-14s %8s %8s %8s   %s\n' PROGRAM OUTSIDE ITSELF RESIDENT 'ms from its exec until it is up, ms from main on as it says, MiB after ten idle seconds'
for _ in $(seq "$runs"); do
  brume down >/dev/null 2>&1
  brume up >/dev/null 2>&1
  sleep 10
  for role in control-plane node-agent storage-node; do
    pid=$(cat "$data/run/$role.pid")
    pid=${pid%% *}
    line=$(grep -E 'after [0-9]+ ms' "$data/log/$role.log" | tail -n 1)
    itself=$(grep -oE 'after [0-9]+' <<<"$line" | grep -oE '[0-9]+')
    outside=$(awk -v up="$(date -d "${line%% *}" +%s.%3N)" -v begun="$(started "$pid")" 'BEGIN { printf "%d", (up - begun) * 1000 }')
    rss=$(awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$pid/status")
    printf '%-14s %8s %8s %8s\n' "$role" "$outside" "$itself" "$rss"
  done
done
