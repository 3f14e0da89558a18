#!/usr/bin/env bash
# Volumes of one replica, of one with encrypted blocks, and of three, beside peers, by a script that measures them in one run.
#   bench/block.sh SCRIPT [ARGUMENT...]      SCRIPT is peers/block.sh; its arguments follow, for example --jobs randread4k-qd32 --rounds 3
# The replicas are storage nodes' processes on this disk, reached by Unix sockets; the coordinator and its NBD server are one more process.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,3s/^# *//p' "$0"; exit 2; }
script=$(realpath "$1")
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/brume-block.XXXXXX")
served=()
end() {
  local process
  for process in "${served[@]}"; do kill "$process" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap end EXIT

maven=${MAVEN:-mvn}
if [ -z "${BENCH_CLASSPATH:-}" ]; then
  (cd "$here" && $maven -q -B -Dquick test-compile -pl cli -am \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile="$work/\${project.artifactId}.classpath" -Dmdep.includeScope=test >&2)
  BENCH_CLASSPATH=$here/cli/target/test-classes:$here/cli/target/classes:$(cat "$work/brume-cli.classpath")
fi
targets=()
for kind in 1 '1 encrypted' 3; do
  name=${kind// /}
  # shellcheck disable=SC2086
  "${JAVA_HOME:?set JAVA_HOME to a JDK 25}/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -Xmx256m \
    -cp "$BENCH_CLASSPATH" io.brume.cli.volume.VolumeLoad "$work/$name" $kind >"$work/$name.out" 2>"$work/$name.log" &
  served+=($!)
  for _ in $(seq 300); do
    grep -q '^brume' "$work/$name.out" && break
    kill -0 "${served[-1]}" 2>/dev/null || { cat "$work/$name.log" >&2; exit 1; }
    sleep 0.2
  done
  targets+=(--target "$(grep -m 1 '^brume' "$work/$name.out")")
done
bash "$script" "${targets[@]}" "$@"
