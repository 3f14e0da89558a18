#!/usr/bin/env bash
# Commits per second and latency of the store on this machine's disk, with the disk's own rate
# beside it. Usage: bench/store.sh [--seconds N] [--data DIR] [CLIENTS...]   (default: 1 16 64)
set -euo pipefail
cd "$(dirname "$0")/.."

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

maven=${MAVEN:-mvn}
if [[ -z ${BENCH_CLASSPATH:-} ]]; then
  $maven -q -B -Dquick test-compile -pl store -am \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile="$work/\${project.artifactId}.classpath" -Dmdep.includeScope=test >&2
  BENCH_CLASSPATH=store/target/classes:store/target/test-classes:$(cat "$work/brume-store.classpath")
fi
java=
for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
  if [[ -x $candidate ]] && "$candidate" -version 2>&1 | grep -q 'version "2[5-9]'; then
    java=$candidate
    break
  fi
done
[[ -n $java ]] || { echo "bench/store.sh: no JDK 25 found; set JAVA_HOME" >&2; exit 1; }
"$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx512m \
  -cp "$BENCH_CLASSPATH" io.brume.store.bench.StoreBench "$work" "$seconds" "${clients[@]}"
