# shellcheck shell=bash
# What the image builders share: messages, packages from apt without installing them, the bundle's finish.
# Source it; it sets nothing but functions and the reproducible-build constants.

# Every file in an image carries this time, so that the same packages give the same image.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1763596800}
export E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH
export LC_ALL=C

started=$SECONDS

say() { printf 'image: %s (%ds)\n' "$*" $((SECONDS - started)); }

fail() {
  printf 'image: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf 'image: what to do: %s\n' "$2" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" = 0 ] || fail "an image builder has to keep files owned by root" "run it as root, or with sudo"
}

# need_tool COMMAND PACKAGE
need_tool() {
  command -v "$1" >/dev/null || fail "the command $1 is missing" "apt-get install $2"
}

need_x86_64() {
  [ "$(uname -m)" = x86_64 ] || fail "images are built for x86_64 on x86_64; this is $(uname -m)" \
    "build on an x86_64 machine and import the bundle with: brume image import"
}

# candidates PACKAGE...: those that apt can install, one "name=version" a line.
candidates() {
  apt-cache policy "$@" 2>/dev/null |
    awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } $1 == "Candidate:" && $2 != "(none)" { print name "=" $2 }'
}

# The first of the given packages that apt can install; fills apt's lists once if it knows none of them.
first_package() {
  local name attempt found
  for attempt in 1 2; do
    for name in "$@"; do
      found=$(candidates "$name")
      if [ -n "$found" ]; then
        printf '%s\n' "$name"
        return 0
      fi
    done
    if [ "$attempt" = 1 ]; then apt-get -q update >/dev/null 2>&1 || true; fi
  done
  return 1
}

# package_closure PACKAGE...: the packages and everything they depend on, with versions, one "name=version" a line.
package_closure() {
  local names
  names=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "$@" 2>/dev/null | grep -E '^[a-z0-9][a-z0-9+.-]+$' | sort -u)
  # shellcheck disable=SC2086
  candidates $names | sort -u
}

# unpack_packages FOLDER NAME=VERSION...: downloads the packages and unpacks them there; installs nothing.
unpack_packages() {
  local into=$1 deb
  shift
  mkdir -p "$into.debs" "$into"
  (cd "$into.debs" && apt-get -q -o APT::Sandbox::User=root download "$@" >download.log 2>&1) ||
    fail "apt could not download the packages: $(tail -n 1 "$into.debs/download.log")" \
      "check the network and apt's sources: apt-get update"
  for deb in "$into.debs"/*.deb; do dpkg-deb -x "$deb" "$into"; done
  rm -rf "$into.debs"
}

# run_unpacked FOLDER COMMAND ARGUMENT...: runs a program of unpacked packages with those packages' own libraries.
run_unpacked() {
  local folder=$1 loader program
  loader=$(find "$folder" -name 'ld-linux-x86-64.so.2' -print -quit)
  program=$(find "$folder" -path "*bin/$2" -print -quit)
  shift 2
  "$loader" --library-path "$folder/usr/lib/x86_64-linux-gnu:$folder/lib/x86_64-linux-gnu" "$program" "$@"
}

# unpack_kernel BZIMAGE ELF UNPACKED: takes the uncompressed kernel out of a bzImage, so that no guest has to decompress it.
# The offsets are those of the x86 boot protocol's setup header (Documentation/arch/x86/boot.rst in the kernel).
unpack_kernel() {
  local from=$1 to=$2 unpacked=$3 sectors offset length start
  number() { od -An -t "u$2" -j "$1" -N "$2" "$from" | tr -d ' '; }
  sectors=$(number 497 1)
  offset=$(number 584 4)
  length=$(number 588 4)
  start=$(((sectors + 1) * 512 + offset))
  payload() { tail -c "+$((start + 1))" "$from" | head -c "$length"; }
  case $(od -An -t x1 -j "$start" -N 4 "$from" | tr -d ' ') in
    1f8b*) payload | gzip -dcq >"$to" || true ;;
    fd377a58) payload | xz -dcq --single-stream >"$to" || true ;;
    28b52ffd) payload | run_unpacked "$unpacked" zstd -dcq >"$to" || true ;;
    02214c18) payload | run_unpacked "$unpacked" lz4 -dcq >"$to" 2>/dev/null || true ;;
    *) fail "the kernel $from is compressed in a way this builder does not know" "report it with the kernel's package name" ;;
  esac
  # The decompressors end with an error at the four bytes of length that follow the data; the magic says whether it worked.
  [ "$(head -c 4 "$to" | od -An -t x1 | tr -d ' ')" = 7f454c46 ] ||
    fail "no ELF kernel came out of $from" "report it with the kernel's package name"
}

# up_to_date OUTDIR KEY: whether the bundle there was built from exactly these inputs.
up_to_date() {
  [ -s "$1/image.json" ] && [ "$(cat "$1/.inputs" 2>/dev/null)" = "$2" ]
}

# publish SCRATCH OUTDIR KEY: puts a finished bundle in place of the old one, whole or not at all.
publish() {
  local from=$1 to=$2
  printf '%s\n' "$3" >"$from/.inputs"
  chmod 755 "$from"
  mkdir -p "$(dirname "$to")"
  rm -rf "$to.old"
  if [ -e "$to" ]; then mv "$to" "$to.old"; fi
  mv "$from" "$to"
  rm -rf "$to.old"
}
