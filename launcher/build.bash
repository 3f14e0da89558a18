# shellcheck shell=bash
# Builds the programs with Maven when their sources changed. A finished build is kept apart from Maven's own folders,
# under .brume/dist/HASH, so that building anew never pulls a class path from under a running program.

# The version of the sources: of their contents and of what builds them, whether git knows the files or not.
source_hash() {
  local list
  if list=$(git -C "$brume_home" ls-files -z --cached --others --exclude-standard -- '*.java' '*.proto' '*.xml' \
    '*/src/main/resources' 2>/dev/null | tr '\0' '\n') && [ -n "$list" ]; then
    printf '%s\n' "$list"
  else
    (cd "$brume_home" && find . \( -name target -o -name .git -o -name .brume \) -prune -o -type f \
      \( -name '*.java' -o -name '*.proto' -o -name '*.xml' -o -path '*/src/main/resources/*' \) -print)
  fi | grep -v '/src/test/' | sort | (cd "$brume_home" && while read -r file; do [ -f "$file" ] && printf '%s\0' "$file"; done |
    xargs -0 sha256sum) | sha256sum | cut -c 1-16
}

# build_programs: sets "dist" to the folder of the current build, making it when there is none yet.
# BRUME_DIST names a finished build to use as it is.
build_programs() {
  local hash
  need_jdk
  if [ -n "${BRUME_DIST:-}" ]; then
    dist=$BRUME_DIST
    [ -d "$dist/lib" ] || fail "BRUME_DIST=$dist holds no build" "unset it, so that Brume is built from its sources"
    return
  fi
  hash=$(source_hash)
  dist=$brume_home/.brume/dist/$hash
  [ ! -e "$dist/complete" ] || return 0
  command -v mvn >/dev/null || fail "Maven is missing: it builds Brume" "apt-get install maven, or: ./brume quickstart"
  need_space "$brume_home" 1500
  run_step "building Brume" "check the network if a download failed; otherwise report it with the lines above" run_maven_build
  make_distribution
}

run_maven_build() {
  local downloads=0 line module=''
  rm -rf "$brume_home/target/dist"
  (cd "$brume_home" && MAVEN_OPTS="${MAVEN_OPTS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow}" \
    mvn -B -Dquick -Dmaven.test.skip=true -Dmaven.artifact.threads=12 package 2>&1) | while IFS= read -r line; do
    case $line in
      *'Downloading from'*) ;;
      *'Downloaded from'*)
        downloads=$((downloads + 1))
        detail "$downloads files downloaded${module:+; at $module}"
        ;;
      '[INFO] Building Brume'*)
        module=${line#*:: }
        module=${module%% *}
        detail "${downloads} files downloaded; at $module"
        ;&
      *) printf '%s\n' "$line" ;;
    esac
  done
  return "${PIPESTATUS[0]}"
}

# make_distribution: takes the jars out of Maven's folder and lets the command-line program learn how to start fast.
make_distribution() {
  local work old
  [ -d "$brume_home/target/dist/lib" ] || fail "the build left no $brume_home/target/dist/lib" "report it"
  work=$brume_home/.brume/dist/.new.$$
  mkdir -p "$brume_home/.brume/dist"
  rm -rf "$work"
  mv "$brume_home/target/dist" "$work"
  rm -rf "$dist"
  mv "$work" "$dist"
  train_cli || note "brume: the command-line program's start-up cache was not made; it works without, more slowly"
  : >"$dist/complete"
  for old in "$brume_home"/.brume/dist/*; do
    # A build that a running program uses stays.
    if [ "$old" != "$dist" ] && ! grep -qsF "$old" /proc/[0-9]*/cmdline; then rm -rf "$old"; fi
  done
}

# class_path PROGRAM: that program's jars in this build.
class_path() {
  local jar
  jar=$(compgen -G "$dist/lib/brume-$1-[0-9]*.jar")
  printf '%s:%s' "$jar" "$(sed "s|@lib@|$dist/lib|g" "$dist/$1.classpath")"
}

cli_options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xmx128m -Xlog:disable -Xlog:all=off)

train_cli() {
  detail "training the command-line program"
  "$JAVA_HOME/bin/java" "${cli_options[@]}" -XX:AOTCacheOutput="$dist/cli.aot" -cp "$(class_path cli)" \
    io.brume.cli.Brume rehearse >/dev/null 2>&1
  [ -s "$dist/cli.aot" ]
}
