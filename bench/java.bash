# Sourced by scripts here: runs a main class of a module's tests.

# measure_options SECONDS ARGUMENT...: reads [--seconds N] [--data DIR] [NUMBER...] into seconds and numbers, and makes the folder work, which goes
# with the script.
measure_options() {
  local data=
  seconds=$1
  numbers=()
  shift
  while (($#)); do
    case $1 in
      --seconds) seconds=$2; shift 2 ;;
      --data) data=$2; shift 2 ;;
      -h|--help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
      *) numbers+=("$1"); shift ;;
    esac
  done
  [[ -z $data ]] || mkdir -p "$data"
  work=$(mktemp -d "${data:-${TMPDIR:-/tmp}}/bench.XXXXXX")
  trap 'rm -rf "$work"' EXIT
}

# measure_java WORK MODULE MAIN ARGS...: WORK is a directory for the list of jars. BENCH_CLASSPATH spares the build. The collector is the programs' own.
measure_java() {
  local work=$1 module=$2 main=$3 java= candidate
  shift 3
  if [[ -z ${BENCH_CLASSPATH:-} ]]; then
    "${MAVEN:-mvn}" -q -B -Dquick test-compile -pl "$module" -am \
      org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
      -Dmdep.outputFile="$work/\${project.artifactId}.classpath" -Dmdep.includeScope=test >&2
    BENCH_CLASSPATH=$module/target/classes:$module/target/test-classes:$(cat "$work/brume-$module.classpath")
  fi
  for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    if [[ -x $candidate ]] && "$candidate" -version 2>&1 | grep -q 'version "2[5-9]'; then
      java=$candidate
      break
    fi
  done
  [[ -n $java ]] || { echo "$0: no JDK 25 found; set JAVA_HOME" >&2; return 1; }
  "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -Xmx512m \
    -cp "$BENCH_CLASSPATH" "$main" "$work" "$@"
}
