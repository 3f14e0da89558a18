#!/usr/bin/env bash
# An object that is larger than the machine's programs may ever hold: the AWS CLI puts it through the endpoint and gets it back; every byte is
# compared. Prints how long each took, and the most memory that each program held since it began. On a cloud of its own, removed afterwards.
#   bench/large-object.sh [GIB]       as root; 20 GiB unless said otherwise, and so much free disk; the build must be there (./brume up once)
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
gib=${1:-20}
bytes=$((gib << 30))
data=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/brume-bench.XXXXXX")
brume() { "$here/brume" --data "$data" "$@"; }
trap 'brume down --purge --yes >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
brume --port "${BENCH_PORT:-7600}" --name bench up >/dev/null 2>&1
eval "$(brume env)"

# content: the same bytes each time, which nothing can compress.
content() { openssl enc -aes-128-ctr -nosalt -K 000102030405060708090a0b0c0d0e0f -iv 00000000000000000000000000000000 </dev/zero 2>/dev/null | head -c "$bytes" || true; }
# timed WHAT COMMAND...: how long it took, and MiB a second.
timed() {
  local what=$1 begin end
  shift
  begin=$(date +%s.%N)
  "$@"
  end=$(date +%s.%N)
  awk -v what="$what" -v s="$(echo "$end $begin" | awk '{print $1 - $2}')" -v mib=$((gib << 10)) 'BEGIN { printf "%-10s %7.1f s  %7.1f MiB/s\n", what, s, mib / s }'
}
upload() { content | aws s3 cp --quiet --expected-size "$bytes" - s3://large/object; }
download() { aws s3 cp --quiet s3://large/object - | sha256sum >"$data/got"; }

aws s3 mb s3://large >/dev/null
timed upload upload
timed download download
content | sha256sum >"$data/expected"
cmp -s "$data/expected" "$data/got" || { echo "the object that came back is another one" >&2; exit 1; }
echo "$bytes bytes came back as they were"
for role in control-plane storage-node; do
  read -r pid _ <"$data/run/$role.pid"
  printf '%-14s heap of at most %s, resident at most %s MiB\n' "$role" \
    "$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 's/^-Xmx//p')" "$(awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$pid/status")"
done
