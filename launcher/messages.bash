# shellcheck shell=bash
# How the launcher speaks: plain lines, a spinner on a terminal, and failures that name their cause and the remedy.

colour_on=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then colour_on=yes; fi
paint() { if [ -n "$colour_on" ]; then printf '\033[%sm%s\033[0m' "$1" "$2"; else printf '%s' "$2"; fi; }

say() { printf '%s\n' "$*"; }
note() { printf '%s\n' "$*" >&2; }

# fail CAUSE [REMEDY]
fail() {
  printf '%s %s\n' "$(paint 31 'brume: error:')" "$1" >&2
  if [ -n "${2:-}" ]; then printf '       what to do: %s\n' "$2" >&2; fi
  exit 1
}

# fail_usage TEXT: as the aws CLI does, a call that cannot be understood ends with 252.
fail_usage() {
  printf '%s %s\n       see: ./brume help\n' "$(paint 31 'brume: error:')" "$1" >&2
  exit 252
}

# kill_tree PID: the process and all below it, children first asked.
kill_tree() {
  local child
  # shellcheck disable=SC2013 # the file is one line of words
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do kill_tree "$child"; done
  kill "$1" 2>/dev/null || true
}

# run_step TITLE REMEDY COMMAND...: runs a long step with its output in a file, showing how long it has run and the
# last line of its "detail" file. Prints the end of the output and the remedy when it fails.
run_step() {
  local title=$1 remedy=$2 log detail pid begin=$SECONDS shown=0 turn=0 status=0 text
  local wheel=('.  ' '.. ' '...' ' ..')
  shift 2
  log=$(mktemp "${TMPDIR:-/tmp}/brume-step.XXXXXX")
  detail=$log.detail
  : >"$detail"
  step_detail=$detail "$@" >"$log" 2>&1 &
  pid=$!
  trap 'kill_tree '"$pid"'; rm -f "'"$log"'" "'"$detail"'"; exit 130' INT TERM
  [ -t 1 ] || say "$title ..."
  while kill -0 "$pid" 2>/dev/null; do
    text=$(tail -n 1 "$detail" 2>/dev/null || true)
    if [ -t 1 ]; then
      turn=$(((turn + 1) % 4))
      printf '\r\033[K%s %s  %ds  %s' "${wheel[turn]}" "$title" $((SECONDS - begin)) "${text:0:60}"
      sleep 0.2
    else
      sleep 0.1
      if [ $((SECONDS - begin - shown)) -ge 10 ]; then
        shown=$((SECONDS - begin))
        say "  ${shown} s  $text"
      fi
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  if [ -t 1 ]; then printf '\r\033[K'; fi
  text=$(tail -n 1 "$detail" 2>/dev/null || true)
  if [ "$status" = 0 ]; then
    say "$(paint 32 'done') $title ($((SECONDS - begin)) s${text:+, $text})"
    rm -f "$log" "$detail"
    return 0
  fi
  tail -n 25 "$log" >&2
  rm -f "$detail"
  fail "$title did not work; the lines above are the end of $log" "$remedy"
}

# detail TEXT: what a step is doing now (inside run_step only).
detail() { printf '%s\n' "$*" >"${step_detail:-/dev/null}"; }

ask() { # QUESTION
  local answer
  if [ -n "$assume_yes" ]; then return 0; fi
  [ -t 0 ] || fail "a question cannot be asked without a terminal: $1" "add --yes"
  printf '%s [Y/n] ' "$1"
  read -r answer
  case $answer in '' | y | Y | yes | Yes) return 0 ;; *) return 1 ;; esac
}

print_help() {
  cat <<'HELP'
Brume: a private cloud on your own machine that speaks AWS's API.

Usage: ./brume [--data DIR] COMMAND

The cloud on this machine (as root):
  quickstart [--yes]       from nothing to a running instance that you can ssh into
  up                       build if needed, start the cloud's programs
  down [--purge]           stop them; --purge also ends the instances and deletes all data
  restart ROLE             restart control-plane, node-agent, storage-node or storage-node-2 ...; instances keep running
  status                   health, versions, endpoints, capacity
  logs [ROLE] [-f]         what the programs say
  env                      print the variables for aws, SDKs and Terraform: eval "$(./brume env)"
  login                    write the cloud as a profile to ~/.aws
  test                     the whole test suite

For people:
  instance run|list|show|start|stop|reboot|terminate|console|ssh
  image    list|import|build|create|copy
  volume   list|show|create|attach|detach|modify|delete
  snapshot list|show|create|copy|delete
  bucket   list|show|create|delete
  object   cp|ls|rm|presign
  key      create|import|list|delete
  node     list|show
  account  create|list|reset|delete
  completion               a script for your shell: source <(./brume completion)
  COMMAND --help           all options, with examples

Options of the cloud, given at its first "up" and kept in DIR/cloud.conf:
  --data DIR       where all of its data lives      (BRUME_DATA; default /var/lib/brume)
  --port N         front door; N+1 to N+5 are used too, and two more for each further storage node  (default 7000)
  --name PREFIX    begins the names of all it makes on this machine  (default brume)
  --region NAME    (default us-east-1)      --zone NAME   (default: the region's name and "a")
  --listen ADDRESS of the front door        (default 127.0.0.1)
  --hypervisor qemu|simulated               (default qemu)
  --storage-nodes N         1 to 9, each with its own copies of volumes; more may be added while the cloud is down (default 1)
HELP
}
