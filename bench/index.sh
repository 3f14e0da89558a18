#!/usr/bin/env bash
# Puts, finds and pages of lists per second of the object store's index, a group of one on this machine's disk.
# Usage: bench/index.sh [--seconds N] [--data DIR] [KEYS...]   (ascending; default: 1000 10000000, which takes 3 GB and some minutes)
set -euo pipefail
cd "$(dirname "$0")/.."
source bench/java.bash

seconds=5
data=
keys=()
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    -h|--help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    *) keys+=("$1"); shift ;;
  esac
done

[[ -z $data ]] || mkdir -p "$data"
((${#keys[@]})) || keys=(1000 10000000)
work=$(mktemp -d "${data:-${TMPDIR:-/tmp}}/bench-index.XXXXXX")
trap 'rm -rf "$work"' EXIT

measure_java "$work" storage-node io.brume.storage.object.index.bench.IndexBench "$seconds" "${keys[@]}"
