#!/usr/bin/env bash
# Commits per second and latency of the store on this machine's disk, with the disk's own rate
# beside it. Usage: bench/store.sh [--seconds N] [--data DIR] [CLIENTS...]   (default: 1 16 64)
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/java.bash

measure_options 10 "$@"
((${#numbers[@]})) || numbers=(1 16 64)
measure_java "$work" store io.brume.store.bench.StoreBench "$seconds" "${numbers[@]}"
