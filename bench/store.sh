#!/usr/bin/env bash
# Commits per second and latency of the store on this machine's disk, with the disk's own rate
# beside it. Usage: bench/store.sh [--seconds N] [--data DIR] [CLIENTS...]   (default: 1 16 64)
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/java.bash

seconds=10
data=
clients=()
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    -h|--help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    *) clients+=("$1"); shift ;;
  esac
done
((${#clients[@]})) || clients=(1 16 64)

if [[ -n $data ]]; then
  mkdir -p "$data"
  work=$(mktemp -d "$data/bench-store.XXXXXX")
else
  work=$(mktemp -d "${TMPDIR:-/tmp}/bench-store.XXXXXX")
fi
trap 'rm -rf "$work"' EXIT

measure_java "$work" store io.brume.store.bench.StoreBench "$seconds" "${clients[@]}"
