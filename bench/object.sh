#!/usr/bin/env bash
# The door of one node, with a durable index and durable blobs, beside peers, by a script that measures them in one run.
#   bench/object.sh SCRIPT [ARGUMENT...]      SCRIPT is peers/object.sh; its arguments follow, for example --peers nginx --sizes 4k,1m --rounds 2.
# Each kind of request is made for BENCH_WARM seconds (8) before.
set -euo pipefail
(($#)) || { sed -n '2,4s/^# //p' "$0"; exit 2; }
script=$(readlink -f "$1")
shift
cd "$(dirname "$0")/.."
source bench/java.bash

work=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/bench-object.XXXXXX")
port=$(python3 -c 'import socket;s=socket.socket();s.bind(("127.0.0.1",0));print(s.getsockname()[1])')
setsid bash -c 'source bench/java.bash; measure_java "$1/made" storage-node io.brume.storage.object.s3.bench.DoorServer "$2"' bench "$work" "$port" >"$work/log" 2>&1 &
door=$!
trap 'kill -- -"$door" 2>/dev/null; wait; rm -rf "$work"' EXIT
for _ in $(seq 600); do
  curl -s --noproxy '*' -o /dev/null "http://127.0.0.1:$port/" && break
  kill -0 "$door" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.2
done
# The key is the one of the tests' door.
target="brume=http://127.0.0.1:$port,AKIAEXAMPLEOFDOOR001,a-secret-of-the-owner@$door"
# A program that has served for a minute is compiled; one that has just begun measures the compiler.
[[ ${BENCH_WARM:-8} = 0 ]] || "$script" --target "$target" "$@" --peers '' --conc 16 --rounds 1 --secs "${BENCH_WARM:-8}" >/dev/null
"$script" --target "$target" "$@"
