#!/usr/bin/env bash
# Puts, finds and pages of lists per second of the object store's index, a group of one on this machine's disk.
# Usage: bench/index.sh [--seconds N] [--data DIR] [KEYS...]   (ascending; default: 1000 10000000, which takes 3 GB and some minutes)
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/java.bash

measure_options 5 "$@"
((${#numbers[@]})) || numbers=(1000 10000000)
measure_java "$work" storage-node io.brume.storage.object.index.bench.IndexBench "$seconds" "${numbers[@]}"
