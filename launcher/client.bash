# shellcheck shell=bash
# What a user's tools need to reach the cloud, and the way to the command-line program.

load_credentials() {
  local file=$data/bootstrap/credentials
  load_cloud
  [ -r "$file" ] || {
    if [ "$(id -u)" != 0 ]; then fail "only root may read $file" "sudo ./brume login writes a profile; or use sudo"; fi
    fail "the cloud has not written $file yet" "start it with: ./brume up"
  }
  access_key_id=$(sed -n 's/^access_key_id *= *//p' "$file")
  secret_access_key=$(sed -n 's/^secret_access_key *= *//p' "$file")
  if [ -z "$access_key_id" ] || [ -z "$secret_access_key" ]; then
    fail "$file is not complete" "restore it from a backup of $data"
  fi
}

print_environment() {
  [ $# = 0 ] || fail_usage "env does not know $1"
  load_credentials
  printf 'export AWS_ENDPOINT_URL=%q\nexport AWS_ACCESS_KEY_ID=%q\nexport AWS_SECRET_ACCESS_KEY=%q\nexport AWS_DEFAULT_REGION=%q\nexport AWS_REGION=%q\n' \
    "$endpoint" "$access_key_id" "$secret_access_key" "$region" "$region"
  printf 'unset AWS_SESSION_TOKEN AWS_PROFILE\n'
}

# put_section FILE SECTION LINE...: the section gets exactly these lines; all others stay as they are.
put_section() {
  local file=$1 section=$2
  shift 2
  mkdir -p "$(dirname "$file")"
  touch "$file"
  {
    awk -v section="[$section]" '/^[ \t]*\[/ { skip = ($0 ~ /^[ \t]*\[/ && trim($0) == section) } !skip { print }
      function trim(text) { sub(/^[ \t]+/, "", text); sub(/[ \t]+$/, "", text); return text }' "$file" |
      sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
    printf '\n[%s]\n' "$section"
    printf '%s\n' "$@"
  } | sed '1{/^$/d}' >"$file.brume"
  chmod --reference="$file" "$file.brume"
  chown --reference="$file" "$file.brume"
  # Through the file rather than over it, so that a link stays a link.
  cat "$file.brume" >"$file"
  rm -f "$file.brume"
}

login() {
  local home=$HOME owner=''
  [ $# = 0 ] || fail_usage "login does not know $1"
  load_credentials
  # With sudo, the profile is for whoever called.
  if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
    owner=$SUDO_USER
    home=$(getent passwd "$SUDO_USER" | cut -d : -f 6)
  fi
  local config=${AWS_CONFIG_FILE:-$home/.aws/config} credentials=${AWS_SHARED_CREDENTIALS_FILE:-$home/.aws/credentials}
  mkdir -p "$(dirname "$config")" "$(dirname "$credentials")"
  [ -e "$credentials" ] || (umask 077 && : >"$credentials")
  put_section "$config" "profile $name" "region = $region" "endpoint_url = $endpoint" "output = json"
  put_section "$credentials" "$name" "aws_access_key_id = $access_key_id" "aws_secret_access_key = $secret_access_key"
  if [ -n "$owner" ]; then chown "$owner:" "$(dirname "$config")" "$config" "$(dirname "$credentials")" "$credentials"; fi
  say "The profile $name is in $config. Try: aws --profile $name ec2 describe-instances"
}

# choose_distribution: the newest build there is; none is made here, so that a command for people starts at once.
choose_distribution() {
  local newest
  if [ -n "${BRUME_DIST:-}" ]; then
    dist=$BRUME_DIST
    return 0
  fi
  newest=$(find "$brume_home/.brume/dist" -name complete -printf '%T@ %p\n' 2>/dev/null | sort -rn | sed -n '1s/^[^ ]* //p')
  [ -n "$newest" ] || return 1
  dist=$(dirname "$newest")
}

# cli ARGUMENT...: the command-line program, for this very cloud. Starting it is most of what it costs, so the virtual machine is kept lean.
cli() {
  prepare_cli
  BRUME_DATA_GIVEN=yes "${cli_command[@]}" "$@"
}

# hand_over ARGUMENT...: everything that is not the launcher's own.
hand_over() {
  need_jdk
  choose_distribution || build_programs
  prepare_cli
  exec "${cli_command[@]}" "$@"
}

prepare_cli() {
  local cache=() terminals=''
  if [ -s "$dist/cli.aot" ]; then cache=("-XX:AOTCache=$dist/cli.aot"); fi
  if [ -t 1 ]; then terminals=out; fi
  if [ -t 2 ]; then terminals=$terminals,err; fi
  export BRUME_TERMINAL=$terminals
  if [ -n "$data_given" ]; then export BRUME_DATA_GIVEN=yes; fi
  cli_command=("$JAVA_HOME/bin/java" "${cli_options[@]}" "${cache[@]}" -cp "$(class_path cli)" io.brume.cli.Brume)
}

asks_for_help() {
  local argument
  for argument in "$@"; do
    case $argument in -h | --help) return 0 ;; esac
  done
  return 1
}

# build_image small|debian [OPTION...]: builds a bundle and imports it.
build_image() {
  local kind=${1:-} folder
  case $kind in
    small) folder=$data/images/brume-small-x86_64 ;;
    debian) folder=$data/images/brume-debian-x86_64 ;;
    *) fail_usage "image build needs one of: small, debian" ;;
  esac
  shift
  need_root "building an image"
  load_cloud
  if [ "$kind" = debian ]; then install_missing debian_image_programs; fi
  run_step "building the $kind image" "the lines above say what is missing" image_step "$kind" "$folder" "$@"
  need_jdk
  choose_distribution || build_programs
  cli image import "$folder" --public --if-absent --wait
}

debian_image_programs() {
  cat <<'LIST'
mmdebstrap|mmdebstrap|installs Debian into a folder
mkfs.vfat|dosfstools|the EFI system partition
/usr/share/keyrings/debian-archive-keyring.gpg|debian-archive-keyring|verifies Debian's packages
LIST
}

# image_step KIND FOLDER [OPTION...]: the builder, with its lines as the step's detail.
image_step() {
  local kind=$1 folder=$2 line
  shift 2
  mkdir -p "$data/images"
  "$brume_home/images/$kind/build" "$folder" "$@" 2>&1 | while IFS= read -r line; do
    printf '%s\n' "$line"
    detail "${line#image: }"
  done
  return "${PIPESTATUS[0]}"
}
