# shellcheck shell=bash
# What this machine has: the right system, packages, a JDK, free ports and a free range of addresses.

need_root() {
  [ "$(id -u)" = 0 ] || fail "$1 needs root: it makes network namespaces and runs machines" "sudo ./brume ${arguments[*]}"
}

check_system() {
  local id version
  [ "$(uname -s)" = Linux ] || fail "Brume runs on Linux; this is $(uname -s)" "use a Debian 12 or 13, or Ubuntu 24.04 machine"
  [ "$(uname -m)" = x86_64 ] || fail "Brume runs on x86_64; this is $(uname -m)" "use an x86_64 machine"
  # shellcheck source=/dev/null
  id=$(. /etc/os-release && echo "${ID:-}") version=$(. /etc/os-release && echo "${VERSION_ID:-0}")
  case $id:${version%%.*} in
    debian:1[2-9] | ubuntu:2[4-9]) ;;
    *) note "brume: this is $id $version; Brume is tried on Debian 12 and 13 and Ubuntu 24.04. Going on." ;;
  esac
}

# What a cloud needs: command or file, package, reason.
needed_programs() {
  cat <<'LIST'
mvn|maven|builds Brume
qemu-system-x86_64|qemu-system-x86|runs the virtual machines
qemu-img|qemu-utils|makes and converts disk images
/usr/share/OVMF/OVMF_CODE*.fd|ovmf|firmware for images that boot by UEFI
ip|iproute2|network namespaces, devices and routes
nft|nftables|security groups and address translation
dnsmasq|dnsmasq-base|DHCP inside each VPC
ssh|openssh-client|opens a shell on an instance
mke2fs|e2fsprogs|file systems of the images
cpio|cpio|boot archive of the small image
LIST
}

has() { # COMMAND-OR-FILE
  case $1 in /*) compgen -G "$1" >/dev/null ;; *) command -v "$1" >/dev/null ;; esac
}

# install_missing LIST-FUNCTION...: says what is missing and why, asks, and installs it.
install_missing() {
  local what package reason missing=()
  while IFS='|' read -r what package reason; do
    if ! has "$what"; then
      [ ${#missing[@]} -gt 0 ] || say "These packages are missing on this machine:"
      missing+=("$package")
      printf '  %-18s %s\n' "$package" "$reason"
    fi
  done < <(for list in "$@"; do "$list"; done)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "packages are missing: ${missing[*]}" "sudo apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || fail "packages are missing and there is no apt-get: ${missing[*]}" "install them in this system's way"
  ask "Install them with apt?" || fail "Brume cannot run without them" "apt-get install ${missing[*]}"
  run_step "installing ${#missing[@]} packages" "check the network and apt: apt-get update && apt-get install ${missing[*]}" \
    apt_install "${missing[@]}"
}

apt_install() {
  detail "fetching the lists"
  apt-get -q update
  detail "$*"
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"
}

# find_jdk: sets "jdk" to a JDK 25 (or newer): JAVA_HOME, then the usual places.
find_jdk() {
  local candidate
  jdk=''
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* \
    "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /nowhere/bin/javac)")")")"; do
    if [ -x "$candidate/bin/javac" ] && grep -qs '^JAVA_VERSION="25' "$candidate/release"; then
      jdk=$candidate
      export JAVA_HOME=$jdk
      return 0
    fi
  done
  return 1
}

need_jdk() {
  local package=openjdk-25-jdk-headless
  if find_jdk; then return 0; fi
  if [ "$(id -u)" = 0 ] && apt-cache policy $package 2>/dev/null | grep 'Candidate: [0-9]' >/dev/null; then
    say "JDK 25 is missing; apt has it as $package."
    if ask "Install it with apt?"; then
      run_step "installing JDK 25" "apt-get update && apt-get install $package" apt_install $package
      if find_jdk; then return 0; fi
    fi
  fi
  fail "no JDK 25 was found (looked at JAVA_HOME and /usr/lib/jvm)" "install one, for example Eclipse Temurin:
         apt-get install -y wget gpg
         wget -qO- https://packages.adoptium.net/artifactory/api/gpg/key/public | gpg --dearmor > /usr/share/keyrings/adoptium.gpg
         echo \"deb [signed-by=/usr/share/keyrings/adoptium.gpg] https://packages.adoptium.net/artifactory/deb \$(. /etc/os-release; echo \$VERSION_CODENAME) main\" > /etc/apt/sources.list.d/adoptium.list
         apt-get update && apt-get install -y temurin-25-jdk
       or unpack any JDK 25 and set JAVA_HOME to its folder, then run the same command again"
}

need_space() { # FOLDER MIB
  local folder=$1 free
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  free=$(($(df -Pk "$folder" | awk 'NR == 2 { print $4 }') / 1024))
  [ "$free" -ge "$2" ] || fail "only $free MiB are free under $folder; $2 MiB are needed" "free some space, or use another disk with --data DIR"
}

# need_free_ports: the cloud's ports (six, and two for each further storage node), when none of its own programs runs.
need_free_ports() {
  local each holder
  for ((each = port; each <= $(last_port "$storage_nodes"); each++)); do
    holder=$(ss -Hltnp "sport = :$each" 2>/dev/null | head -n 1)
    [ -z "$holder" ] || fail "port $each is in use: $(printf '%s' "$holder" | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1, process \2/p')" \
      "stop that program, or make this cloud with another --port N (it uses N to N+$((3 + 2 * storage_nodes)))"
  done
}

ip_number() {
  local IFS=. a b c d
  read -r a b c d <<<"$1"
  echo $(((a << 24) + (b << 16) + (c << 8) + ${d:-0}))
}

# free_pool: a /24 of 198.18.0.0/15 (reserved for tests, so routed nowhere) that no route of this machine overlaps. The
# default cloud begins at the first, others at a place of their own, so that two new clouds do not choose the same.
free_pool() {
  local routes=() text first begin=0 i candidate route overlaps base bits mask
  # Routes wider than a /8 are ways out (a VPN's halves of the default route), not networks that are here.
  while read -r text; do
    case $text in
      */[1-7]) ;;
      */*) routes+=("$(ip_number "${text%/*}") ${text#*/}") ;;
      *) routes+=("$(ip_number "$text") 32") ;;
    esac
  done < <(ip -4 -o route show table all 2>/dev/null |
    awk '{ for (i = 1; i <= 2; i++) if ($i ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(\/[0-9]+)?$/) { print $i; break } }' | sort -u)
  first=$(ip_number 198.18.0.0)
  [ "$data" = /var/lib/brume ] || begin=$((0x$(printf '%s' "$data" | sha256sum | cut -c 1-8) % 512))
  for ((i = 0; i < 512; i++)); do
    candidate=$((first + ((begin + i) % 512) * 256)) overlaps=''
    for route in "${routes[@]}"; do
      base=${route% *} bits=${route#* }
      [ "$bits" -le 24 ] || bits=24
      mask=$(((0xffffffff << (32 - bits)) & 0xffffffff))
      if [ $((base & mask)) = $((candidate & mask)) ]; then overlaps=yes; fi
    done
    if [ -z "$overlaps" ]; then
      echo "$((candidate >> 24)).$(((candidate >> 16) & 255)).$(((candidate >> 8) & 255)).0/24"
      return 0
    fi
  done
  return 1
}
