#!/usr/bin/env bash
# Puts, finds and pages of lists per second of the object store's index, a group of one on this machine's disk.
# Usage: bench/index.sh [--seconds N] [--data DIR] [KEYS]   (default: 10000)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=5
data=
keys=10000
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    -h|--help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    *) keys=$1; shift ;;
  esac
done

[[ -z $data ]] || mkdir -p "$data"
work=$(mktemp -d "${data:-${TMPDIR:-/tmp}}/bench-index.XXXXXX")
trap 'rm -rf "$work"' EXIT

maven=${MAVEN:-mvn}
if [[ -z ${BENCH_CLASSPATH:-} ]]; then
  $maven -q -B -Dquick test-compile -pl storage-node -am \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile="$work/\${project.artifactId}.classpath" -Dmdep.includeScope=test >&2
  BENCH_CLASSPATH=storage-node/target/classes:storage-node/target/test-classes
  BENCH_CLASSPATH+=:$(cat "$work/brume-storage-node.classpath")
fi
java=
for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
  if [[ -x $candidate ]] && "$candidate" -version 2>&1 | grep -q 'version "2[5-9]'; then
    java=$candidate
    break
  fi
done
[[ -n $java ]] || { echo "bench/index.sh: no JDK 25 found; set JAVA_HOME" >&2; exit 1; }
"$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx512m \
  -cp "$BENCH_CLASSPATH" io.brume.storage.object.index.bench.IndexBench "$work" "$seconds" "$keys"
