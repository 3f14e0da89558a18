# shellcheck shell=bash
# The cloud's programs on this machine: start, stop, restart, look.

roles=(control-plane node-agent storage-node)

# name_roles: the programs of a cloud with so many storage nodes: storage-node, storage-node-2, storage-node-3 ...
name_roles() {
  local number
  roles=(control-plane node-agent storage-node)
  for ((number = 2; number <= storage_nodes; number++)); do roles+=("storage-node-$number"); done
}

# program_of ROLE: which program a role is played by.
program_of() { echo "${1%-[2-9]}"; }

main_class() {
  case $(program_of "$1") in
    control-plane) echo io.brume.control.ControlPlane ;;
    node-agent) echo io.brume.node.NodeAgent ;;
    storage-node) echo io.brume.storage.StorageNode ;;
  esac
}

# Memory and the rest of the virtual machine's settings. Small heaps: these programs share a machine with guests. The
# archive of loaded classes is written when a program of this build first ends, and halves the time of later starts.
jvm_options() {
  local heap archive direct=96m compiler=(-XX:TieredStopAtLevel=1)
  case $1 in control-plane) heap=192m ;; storage-node*) heap=256m ;; *) heap=96m ;; esac
  # Buffers of 512 connections, of the journal, and of objects on their way; of volumes, 104 MiB for each while it is used
  # to the full.
  case $1 in storage-node*) direct=384m ;; node-agent) direct=2g ;; esac
  # What volumes' bytes go through is worth the better compiler: half the processor time of a small read, and AES by the
  # processor's own instructions. It begins late, so that it does not slow the start. The control plane would start in seven
  # seconds instead of four where two processors start all programs.
  case $1 in storage-node* | node-agent)
    compiler=(-XX:Tier4InvocationThreshold=30000 -XX:Tier4MinInvocationThreshold=5000 -XX:Tier4CompileThreshold=60000)
    ;;
  esac
  # Programs of one kind share the archive of loaded classes; one of them writes it.
  archive=-XX:+AutoCreateSharedArchive
  [ "$(program_of "$1")" = "$1" ] || archive=-XX:-AutoCreateSharedArchive
  printf '%s\n' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+UseSerialGC "${compiler[@]}" "-Xmx$heap" -Xms32m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -Xss512k -XX:MaxMetaspaceSize=192m -XX:ReservedCodeCacheSize=64m \
    "-XX:MaxDirectMemorySize=$direct" -XX:+ExitOnOutOfMemoryError -Xshare:auto \
    "$archive" "-XX:SharedArchiveFile=$dist/$(program_of "$1").jsa" -Xlog:cds=off -Xlog:cds+dynamic=off \
    -Dio.netty.allocator.maxOrder=7 -Dfile.encoding=UTF-8 "-Djava.io.tmpdir=$data/run/tmp/$1"
  # More options for one's own machine: BRUME_JVM_OPTIONS, words separated by spaces.
  # shellcheck disable=SC2086
  [ -z "${BRUME_JVM_OPTIONS:-}" ] || printf '%s\n' $BRUME_JVM_OPTIONS
}

# alive PIDFILE: whether that very process still runs; the file holds its id and its start time, since ids are used again.
alive() {
  local id begin now
  [ -r "$1" ] || return 1
  read -r id begin <"$1" 2>/dev/null || return 1
  now=$(started_at "$id") || return 1
  [ -n "$now" ] && [ "$now" = "$begin" ]
}
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }
pid_of() { cut -d ' ' -f 1 "$1" 2>/dev/null; }

# http_get PORT PATH: prints the body; succeeds for status 200. Loopback only, so a plain socket will do.
http_get() {
  local status line
  exec 9<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&9
  IFS=' ' read -r -t 5 _ status _ <&9 || status=0
  while IFS= read -r -t 5 line <&9 && [ "${line%$'\r'}" != "" ]; do :; done
  timeout 5 cat <&9
  exec 9>&-
  [ "$status" = 200 ]
} 2>/dev/null

role_port() {
  case $1 in
    control-plane) echo "$port" ;;
    node-agent) echo $((port + 3)) ;;
    storage-node) echo $((port + 4)) ;;
    storage-node-*) echo $((port + 2 + 2 * ${1##*-})) ;;
  esac
}

# s3_port ROLE: where a storage node serves S3 itself.
s3_port() { echo $(($(role_port "$1") + 1)); }

# last_port N: the last one that a cloud with so many storage nodes uses.
last_port() { echo $((port + 3 + 2 * $1)); }

ready() { http_get "$(role_port "$1")" /ready >/dev/null; }

write_configuration() {
  mkdir -p "$data"/{conf,run,log,images,bootstrap}
  chmod 700 "$data"/{conf,run,bootstrap}
  chmod 755 "$data"/images
  cat >"$data/conf/control-plane.conf.new" <<CONF
data = $data/control-plane
name = $name
region = $region
zones = $zone
listen = $listen:$port
fleet.listen = 127.0.0.1:$((port + 1))
raft.listen = 127.0.0.1:$((port + 2))
account = 123456789012
public.pool = $public_pool
bootstrap = $data/bootstrap
images = $data/images
CONF
  cat >"$data/conf/node-agent.conf.new" <<CONF
data = $data/node-agent
name = $name
control = 127.0.0.1:$((port + 1))
zone = ${zone%%,*}
listen = 127.0.0.1:$((port + 3))
join.token = $data/bootstrap/node-agent.token
public.pool = $public_pool
hypervisor = $hypervisor
images = $data/images
CONF
  if [ -n "$(keys_folder)" ]; then echo "keys = $(keys_folder)" >>"$data/conf/node-agent.conf.new"; fi
  local role
  for role in "${roles[@]:2}"; do
    cat >"$data/conf/$role.conf.new" <<CONF
data = $data/$role
name = $name
control = 127.0.0.1:$((port + 1))
zone = ${zone%%,*}
listen = 127.0.0.1:$(role_port "$role")
s3.listen = $listen:$(s3_port "$role")
join.token = $data/bootstrap/$role.token
CONF
    # The control plane finds this when it starts, and puts a token in its place. The first needs none.
    if [ "$role" != storage-node ] && ! has_joined "$role"; then : >"$data/bootstrap/$role.wanted"; fi
  done
  for role in "${roles[@]}"; do
    # Settings of one's own for a program go to conf/ROLE.local.conf, which no command of the launcher writes.
    if [ -r "$data/conf/$role.local.conf" ]; then cat "$data/conf/$role.local.conf" >>"$data/conf/$role.conf.new"; fi
    chmod 600 "$data/conf/$role.conf.new"
    mv "$data/conf/$role.conf.new" "$data/conf/$role.conf"
    mkdir -p "$data/$role"
    chmod 711 "$data/$role"
  done
}

# keys_folder: where the agent keeps the keys of encrypted volumes: never on a disk. Nothing when there is no such place.
keys_folder() {
  local parent
  for parent in /run /dev/shm; do
    if [ "$(stat -f -c %T "$parent" 2>/dev/null)" = tmpfs ]; then
      echo "$parent/brume-$name-$(printf %s "$data" | cksum | cut -d ' ' -f 1)"
      return
    fi
  done
}

# has_joined ROLE: whether it has a certificate, and so needs no token.
has_joined() { [ -e "$data/$1/identity/identity.pem" ]; }

start_role() {
  local role=$1 options
  alive "$data/run/$role.supervisor" && return 0
  mapfile -t options < <(jvm_options "$role")
  printf '%s\n' "$dist" >"$data/run/$role.dist"
  setsid -f bash "$brume_home/launcher/supervise" "$data" "$role" "$JAVA_HOME/bin/java" "${options[@]}" \
    -cp "$(class_path "$(program_of "$role")")" "$(main_class "$role")" --config "$data/conf/$role.conf" \
    </dev/null >>"$data/log/$role.log" 2>&1
}

# wait_ready ROLE SECONDS (a step)
wait_ready() {
  local role=$1 end=$((SECONDS + $2)) text log=$data/log/$1.log before
  deaths() { grep -c ' supervisor: .* ended with status' "$log" 2>/dev/null || true; }
  before=$(deaths)
  until ready "$role"; do
    text=$(http_get "$(role_port "$role")" /ready || true)
    detail "${text:-$role does not answer yet}"
    # A program that died twice will not come up by waiting.
    if [ "$SECONDS" -ge "$end" ] || [ $(($(deaths) - before)) -ge 2 ]; then
      echo "The last lines of $log:"
      tail -n 20 "$log"
      return 1
    fi
    sleep 0.1
  done
  detail "$(awk '/VmRSS/ { printf "%d MiB", $2 / 1024 }' "/proc/$(pid_of "$data/run/$role.pid")/status" 2>/dev/null)"
}

all_supervised() {
  local role
  for role in "${roles[@]}"; do alive "$data/run/$role.supervisor" || return 1; done
}

all_ready() {
  local role
  for role in "${roles[@]}"; do ready "$role" || return 1; done
}

any_program() {
  local role
  for role in "${roles[@]}"; do
    if alive "$data/run/$role.supervisor" || alive "$data/run/$role.pid"; then return 0; fi
  done
  return 1
}

up() {
  [ $# = 0 ] || fail_usage "up does not know $1"
  need_root "starting the cloud"
  check_system
  define_cloud
  build_programs
  start_cloud
  say "The cloud $name is up: $endpoint ($region, $zone)"
  say "Next: eval \"\$(./brume${data_given:+ --data $data} env)\" and aws ec2 describe-instances; or quickstart for a first instance"
}

# start_cloud: starts what does not run and waits until all of it is ready.
start_cloud() {
  local role number
  exec 8>"$data/.lock"
  flock -w 60 8 || fail "another ./brume command works on $data" "wait for it, or look for it with: ps aux | grep brume"
  any_program || need_free_ports
  write_configuration
  if all_supervised && all_ready; then
    say "The cloud's programs run already."
    exec 8>&-
    return
  fi
  # The supervisors must not hold the lock.
  start_role control-plane 8>&-
  # Once they have joined they need no token, and so need not wait for it.
  for role in "${roles[@]:1}"; do
    if has_joined "$role"; then start_role "$role" 8>&-; fi
  done
  run_step "starting the control plane" "read the log: ./brume logs control-plane" wait_ready control-plane 60
  for role in "${roles[@]:1}"; do start_role "$role" 8>&-; done
  run_step "starting the node agent" "read the log: ./brume logs node-agent" wait_ready node-agent 60
  run_step "starting the storage node" "read the log: ./brume logs storage-node" wait_ready storage-node 60
  for ((number = 2; number <= storage_nodes; number++)); do
    run_step "starting storage node $number" "read the log: ./brume logs storage-node-$number" wait_ready "storage-node-$number" 60
  done
  exec 8>&-
}

# stop_role ROLE [now]: asks its supervisor, which asks the program; by force after half a minute, or at once where nothing
# has to be kept (a program that is asked also writes its start-up cache). Only what this cloud started.
stop_role() {
  local file=$data/run/$1.supervisor program=$data/run/$1.pid end=$((SECONDS + 30))
  if alive "$file"; then kill -TERM "$(pid_of "$file")"; elif alive "$program"; then kill -TERM "$(pid_of "$program")"; fi
  if [ "${2:-}" = now ] && alive "$program"; then kill -KILL "$(pid_of "$program")"; fi
  while alive "$file" || alive "$program"; do
    if [ "$SECONDS" -ge "$end" ]; then
      if alive "$file"; then kill -KILL "$(pid_of "$file")"; fi
      if alive "$program"; then kill -KILL "$(pid_of "$program")"; fi
    fi
    sleep 0.1
  done
  rm -f "$file" "$program"
}

stop_all() { # [now]
  local role processes=()
  for role in "${roles[@]}"; do
    stop_role "$role" "${1:-}" &
    processes+=($!)
  done
  wait "${processes[@]}"
}

down() {
  local purge=''
  while [ $# -gt 0 ]; do
    case $1 in --purge) purge=yes ;; *) fail_usage "down does not know $1" ;; esac
    shift
  done
  need_root "stopping the cloud"
  if [ ! -e "$data/cloud.conf" ] && [ -n "$purge" ]; then
    say "There is no cloud in $data: nothing to do."
    return
  fi
  load_cloud
  if [ -n "$purge" ]; then
    ask "Delete the cloud $name in $data with all instances and data?" || fail "nothing was changed" "answer yes, or add --yes"
    purge_instances
  fi
  run_step "stopping the programs" "see what holds them: ps -ef | grep $data" stop_all ${purge:+now}
  if [ -n "$purge" ]; then
    run_step "removing what is left on the machine" "the lines above say what could not be removed" remove_leftovers
    rm -rf --one-file-system "$data"
    say "The cloud $name is gone."
  else
    say "The cloud's programs are down. Instances keep running without them: $(guest_pids | wc -l) now; ./brume up finds them again."
  fi
}

restart() {
  local role=${1:-} file
  need_root "restarting a program"
  load_cloud
  case " ${roles[*]} " in *" $role "*) ;; *) fail_usage "restart needs one of: ${roles[*]}" ;; esac
  file=$data/run/$role.supervisor
  alive "$file" || fail "the $role is not running" "./brume up"
  # A build that is newer than the running program comes into use here.
  build_programs
  write_configuration
  if [ "$(cat "$data/run/$role.dist")" = "$dist" ]; then
    : >"$data/run/$role.restart"
    kill -TERM "$(pid_of "$data/run/$role.pid")" 2>/dev/null || true
    run_step "stopping the $role" "./brume logs $role" wait_restarted "$role"
  else
    run_step "stopping the $role" "./brume logs $role" stop_role "$role"
    start_role "$role"
  fi
  run_step "starting the $role" "./brume logs $role" wait_ready "$role" 60
}

wait_restarted() {
  local end=$((SECONDS + 40))
  while [ -e "$data/run/$1.restart" ]; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# guest_pids: the machines of this cloud. The agent starts each with its folder in the arguments.
guest_pids() {
  local folder
  for folder in /proc/[0-9]*; do
    if grep -qsaF "$data/node-agent/" "$folder/cmdline" && grep -qsa 'qemu-system' "$folder/cmdline"; then echo "${folder##*/}"; fi
  done
}

# purge_instances: ends them through the API when it answers, so that everything that belongs to them is undone in order.
purge_instances() {
  if ready control-plane && ready node-agent && find_jdk && choose_distribution; then
    run_step "terminating the instances" "the programs' logs say why: ./brume logs" terminate_all
  fi
}

terminate_all() { cli account reset --all --yes --wait || note "the API could not end all instances; they are ended by force"; }

# remove_leftovers: what a cloud that was killed leaves behind. Everything it made bears its prefix or its data folder.
remove_leftovers() {
  local pid end item
  # A list that is empty is no failure here.
  set +e +o pipefail
  for pid in $(guest_pids) $(helper_pids); do kill -TERM "$pid" 2>/dev/null || true; done
  end=$((SECONDS + 5))
  while [ -n "$(guest_pids)$(helper_pids)" ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.2; done
  for pid in $(guest_pids) $(helper_pids); do kill -KILL "$pid" 2>/dev/null || true; done
  ip -o netns list 2>/dev/null | awk '{ print $1 }' | grep -E "^$name-" | while read -r item; do
    echo "network namespace $item"
    ip netns delete "$item"
  done
  ip -o link show 2>/dev/null | awk -F': ' '{ print $2 }' | cut -d @ -f 1 | grep -E "^$name-" | while read -r item; do
    echo "network device $item"
    ip link delete "$item" 2>/dev/null || true
  done
  nft list tables 2>/dev/null | awk '{ print $2, $3 }' | grep -E "[ ]$name(-.*)?\$" | while read -r item; do
    echo "nftables table $item"
    # shellcheck disable=SC2086
    nft delete table $item
  done
  item=$(keys_folder)
  if [ -n "$item" ] && [ -d "$item" ]; then
    echo "keys of volumes $item"
    rm -rf --one-file-system "$item"
  fi
  awk -v d="$data/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | while read -r item; do
    echo "mount $item"
    umount "$item"
  done
  find /sys/fs/cgroup -depth -type d \( -path "*/$name/*" -o -name "$name" \) 2>/dev/null | while read -r item; do
    rmdir "$item" 2>/dev/null && echo "control group $item"
  done
  return 0
}

# helper_pids: dnsmasq and whatever else the agent started with a file of this cloud in its arguments.
helper_pids() {
  local folder
  for folder in /proc/[0-9]*; do
    if grep -qsaF "$data/node-agent/" "$folder/cmdline" && [ "${folder##*/}" != $$ ]; then echo "${folder##*/}"; fi
  done
}

status() {
  local role state id rss seconds
  load_cloud
  printf '%s  %s  region %s  zone %s  public addresses %s\n' "$(paint 1 "$name")" "$endpoint" "$region" "$zone" "$public_pool"
  printf '%-15s %-10s %-8s %-9s %-9s %s\n' PROGRAM STATE PROCESS MEMORY SINCE ANSWER
  local worst=0
  for role in "${roles[@]}"; do
    id=- rss=- seconds=-
    if alive "$data/run/$role.pid"; then
      id=$(pid_of "$data/run/$role.pid")
      rss=$(awk '/VmRSS/ { printf "%d MiB", $2 / 1024 }' "/proc/$id/status")
      seconds=$(ps -o etime= -p "$id" | tr -d ' ')
      state=$(http_get "$(role_port "$role")" /ready | head -n 1 || true)
      if ready "$role"; then
        printf '%-15s %s %-8s %-9s %-9s %s\n' "$role" "$(paint 32 'running   ')" "$id" "$rss" "$seconds" "$state"
        continue
      fi
      printf '%-15s %s %-8s %-9s %-9s %s\n' "$role" "$(paint 33 'not ready ')" "$id" "$rss" "$seconds" "${state:-does not answer}"
    else
      printf '%-15s %s %-8s %-9s %-9s %s\n' "$role" "$(paint 31 'stopped   ')" - - - "start it with: ./brume up"
    fi
    worst=1
  done
  say "instances' processes: $(guest_pids | wc -l)"
  printf 'S3: %s' "$endpoint"
  for role in "${roles[@]:2}"; do printf '  http://%s:%s' "$(address_of "$listen")" "$(s3_port "$role")"; done
  printf '\n'
  if ready control-plane && find_jdk && choose_distribution; then cli cloud || worst=1; fi
  return $worst
}

logs() {
  local role='' follow=()
  while [ $# -gt 0 ]; do
    case $1 in
      -f | --follow) follow=(-F) ;;
      -*) fail_usage "logs does not know $1" ;;
      *) role=$1 ;;
    esac
    shift
  done
  load_cloud
  case " ${roles[*]} " in *" ${role:-control-plane} "*) ;; *) fail_usage "logs needs one of: ${roles[*]}" ;; esac
  local files=() each
  for each in ${role:-"${roles[@]}"}; do
    if [ -r "$data/log/$each.log" ]; then files+=("$data/log/$each.log"); fi
  done
  [ ${#files[@]} -gt 0 ] || fail "there are no logs in $data/log that you may read" "start the cloud with ./brume up, or use sudo"
  exec tail -n 100 "${follow[@]}" -- "${files[@]}"
}
