# shellcheck shell=bash
# The options that say which cloud is meant, and the file that remembers them.

data=${BRUME_DATA:-/var/lib/brume}
# Where a folder was named, it decides, whatever the environment says of other clouds.
data_given=''
assume_yes=''
arguments=()
declare -A given=()

# read_options ARGUMENT...: takes the options of the cloud from before and after the command; the rest is "arguments".
# A command for people has options of its own: after its name only --data is taken.
read_options() {
  local command=''
  while [ $# -gt 0 ]; do
    case $1 in
      --data=*)
        data=${1#*=} data_given=yes
        shift
        continue
        ;;
      --data)
        [ $# -ge 2 ] || fail_usage "--data needs a folder"
        data=$2 data_given=yes
        shift 2
        continue
        ;;
    esac
    case $command in
      '' | quickstart | up | down | restart | status | logs | env | login | build)
        case $1 in
          --port=* | --name=* | --region=* | --zone=* | --listen=* | --hypervisor=* | --storage-nodes=*)
            given[${1%%=*}]=${1#*=}
            shift
            continue
            ;;
          --port | --name | --region | --zone | --listen | --hypervisor | --storage-nodes)
            [ $# -ge 2 ] || fail_usage "$1 needs a value"
            given[$1]=$2
            shift 2
            continue
            ;;
          --yes | -y)
            assume_yes=yes
            shift
            continue
            ;;
        esac
        ;;
    esac
    if [ -z "$command" ] && [ "${1#-}" = "$1" ]; then command=$1; fi
    arguments+=("$1")
    shift
  done
  [ ${#arguments[@]} -gt 0 ] || arguments=(help)
  case $data in /*) ;; *) data=$PWD/$data ;; esac
  data=${data%/}
  export BRUME_DATA=$data
}

setting() { # FILE KEY: the value in a "key = value" file
  sed -n "s/^$2 *= *\(.*[^ ]\) *$/\1/p" "$1" 2>/dev/null | head -n 1
}

# load_cloud: the cloud's settings from its file; fails when there is no cloud.
load_cloud() {
  [ -r "$data/cloud.conf" ] || {
    if [ -e "$data/cloud.conf" ] || { [ -d "$data" ] && [ ! -x "$data" ]; }; then
      fail "$data belongs to root" "use sudo, or work with a profile: sudo ./brume login"
    fi
    fail "there is no cloud in $data" "start one with: ./brume up, or name its folder with --data DIR"
  }
  name=$(setting "$data/cloud.conf" name)
  port=$(setting "$data/cloud.conf" port)
  region=$(setting "$data/cloud.conf" region)
  zone=$(setting "$data/cloud.conf" zone)
  listen=$(setting "$data/cloud.conf" listen)
  hypervisor=$(setting "$data/cloud.conf" hypervisor)
  public_pool=$(setting "$data/cloud.conf" public.pool)
  # Clouds of before there were several have one.
  storage_nodes=$(setting "$data/cloud.conf" storage.nodes)
  storage_nodes=${storage_nodes:-1}
  name_roles
  if [ -z "$name" ] || [ -z "$port" ] || [ -z "$region" ] || [ -z "$zone" ] || [ -z "$public_pool" ]; then
    fail "$data/cloud.conf lacks a value" "restore it; it needs name, port, region, zone, listen, hypervisor, public.pool"
  fi
  endpoint=http://$(address_of "$listen"):$port
}

# change_storage_nodes N: a cloud that is down gets more storage nodes. Fewer would lose what they hold.
change_storage_nodes() {
  local wanted=$1
  check_storage_nodes "$wanted"
  [ "$wanted" != "$storage_nodes" ] || return 0
  [ "$wanted" -gt "$storage_nodes" ] ||
    fail "this cloud has $storage_nodes storage nodes, and $wanted would lose what the others hold" "leave --storage-nodes out"
  ! any_program || fail "storage nodes are added while the cloud is down" "./brume down, then ./brume up --storage-nodes $wanted"
  check_ports "$wanted"
  sed '/^storage\.nodes *=/d' "$data/cloud.conf" >"$data/cloud.conf.new"
  printf 'storage.nodes = %s\n' "$wanted" >>"$data/cloud.conf.new"
  chmod 644 "$data/cloud.conf.new"
  mv "$data/cloud.conf.new" "$data/cloud.conf"
  load_cloud
}

check_storage_nodes() {
  [[ $1 =~ ^[1-9]$ ]] || fail_usage "--storage-nodes has to be a number from 1 to 9: $1"
}

# check_ports N: a cloud with so many storage nodes uses the ports up to its own and 2 N + 3.
check_ports() {
  if [[ ! $port =~ ^[0-9]{4,5}$ ]] || [ "$port" -lt 1024 ] || [ "$port" -gt $((65532 - 2 * $1)) ]; then
    fail_usage "--port has to be a number from 1024 to $((65532 - 2 * $1)): $port"
  fi
}

# A listener on every address is reached by the loopback one.
address_of() { case $1 in 0.0.0.0 | '' | '::') echo 127.0.0.1 ;; *) echo "$1" ;; esac; }

# define_cloud: loads the cloud, or makes its file from the options of this first call.
define_cloud() {
  local option wanted
  if [ -e "$data/cloud.conf" ]; then
    load_cloud
    for option in "${!given[@]}"; do
      wanted=${given[$option]}
      if [ "$option" = --storage-nodes ]; then
        change_storage_nodes "$wanted"
        continue
      fi
      option=${option#--}
      [ "$(setting "$data/cloud.conf" "$option")" = "$wanted" ] ||
        fail "this cloud was made with $option = $(setting "$data/cloud.conf" "$option"), not $wanted" \
          "leave --$option out, or make another cloud with --data DIR, --port N and --name PREFIX"
    done
    return
  fi
  name=${given[--name]:-brume} port=${given[--port]:-7000} region=${given[--region]:-us-east-1}
  zone=${given[--zone]:-${region}a} listen=${given[--listen]:-127.0.0.1} hypervisor=${given[--hypervisor]:-qemu}
  [[ $name =~ ^[a-z][a-z0-9]{0,7}$ ]] ||
    fail_usage "--name has to be 1 to 8 lower-case letters and digits, since network devices bear it: $name"
  storage_nodes=${given[--storage-nodes]:-1}
  check_storage_nodes "$storage_nodes"
  check_ports "$storage_nodes"
  [[ $region =~ ^[a-z0-9][a-z0-9-]{0,62}$ ]] || fail_usage "--region has to be lower-case letters, digits and dashes: $region"
  [[ $zone =~ ^[a-z0-9][a-z0-9,-]{0,200}$ ]] || fail_usage "--zone has to be lower-case letters, digits and dashes: $zone"
  case $hypervisor in qemu | simulated) ;; *) fail_usage "--hypervisor has to be qemu or simulated: $hypervisor" ;; esac
  [[ $data =~ ^/[A-Za-z0-9._/-]+$ ]] || fail_usage "--data has to be a path of letters, digits, '.', '_' and '-': $data"
  need_free_ports
  public_pool=$(free_pool) || fail "no /24 of 198.18.0.0/15 is free for public addresses" \
    "see what uses it: ip route; or put public.pool = A.B.C.0/24 into $data/cloud.conf"
  mkdir -p "$data" || fail "the folder $data cannot be made" "choose another with --data DIR"
  chmod 711 "$data"
  cat >"$data/cloud.conf.new" <<CONF
# This cloud, as it was made. Edit only while it is down.
name = $name
port = $port
region = $region
zone = $zone
listen = $listen
hypervisor = $hypervisor
public.pool = $public_pool
storage.nodes = $storage_nodes
CONF
  chmod 644 "$data/cloud.conf.new"
  mv "$data/cloud.conf.new" "$data/cloud.conf"
  load_cloud
}
