# shellcheck shell=bash
# From a fresh clone to a shell on a real virtual machine. Each part looks first at what is there, so that a second run
# changes nothing.

quickstart() {
  local begin=$SECONDS image_log image_process='' status=0
  [ $# = 0 ] || fail_usage "quickstart does not know $1"
  need_root "quickstart"
  check_system
  install_missing needed_programs
  need_jdk
  need_space "$data" 3000
  define_cloud
  any_program || need_free_ports

  # The image is built while Maven downloads: neither waits for the other.
  if [ "$hypervisor" = qemu ]; then
    image_log=$(mktemp "${TMPDIR:-/tmp}/brume-image.XXXXXX")
    image_step small "$data/images/brume-small-x86_64" >"$image_log" 2>&1 &
    image_process=$!
    # Whatever ends this run early ends the image's builder too.
    # shellcheck disable=SC2064 # the values of now
    trap "kill_tree $image_process; rm -f $image_log" EXIT
  fi
  build_programs
  start_cloud
  if [ -n "$image_process" ]; then
    wait "$image_process" || status=$?
    trap - EXIT
    if [ "$status" != 0 ]; then
      cat "$image_log" >&2
      rm -f "$image_log"
      fail "the small image could not be built" "the line above says what is missing; then run quickstart again"
    fi
    say "$(paint 32 'done') small image ($(tail -n 1 "$image_log" | sed 's/^image: //'))"
    rm -f "$image_log"
  fi

  run_step "image brume-small-x86_64" "./brume logs control-plane; ./brume logs node-agent" \
    cli image import "$data/images/brume-small-x86_64" --public --if-absent --wait
  run_step "instance first" "./brume instance show first; ./brume instance console first" \
    cli instance run first --image brume-small-x86_64 --ssh --if-absent --wait=ssh
  local call=./brume
  if [ "$data" != /var/lib/brume ]; then call="./brume --data $data"; fi
  say ""
  say "$(paint 1 "Your cloud is ready") after $((SECONDS - begin)) seconds. Type next:"
  say ""
  say "  $(cli instance ssh first --print)"
  say "  $call instance ssh first          the same, shorter"
  say "  eval \"\$($call env)\" && aws ec2 describe-instances"
  say "  $call status"
  say "  $call down                        stops Brume's programs; down --purge removes everything"
}
