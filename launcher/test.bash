# shellcheck shell=bash
# The whole test suite, as continuous integration runs it.

# What only tests need: command or file, package, reason.
test_programs() {
  cat <<'LIST'
shellcheck|shellcheck|checks the scripts
git|git|the source version
mmdebstrap|mmdebstrap|the Debian image
mkfs.vfat|dosfstools|the Debian image
socat|socat|serial consoles in tests
curl|curl|calls without a client library
busybox|busybox-static|DHCP, DNS and ping of pretended guests
fio|fio|load on volumes that is verified
nbdinfo|libnbd-bin|other people's NBD clients
/usr/bin/aws|awscli|AWS's command line, version 2
rclone|rclone|copies to and from buckets
s3cmd|s3cmd|copies to and from buckets
restic|restic|backups into a bucket
s3fs|s3fs|a bucket as a folder
LIST
}

run_tests() {
  local begin=$SECONDS status=0
  # Where nobody can answer, nobody is asked.
  if [ -n "${CI:-}" ] || [ ! -t 0 ]; then assume_yes=yes; fi
  check_system
  install_missing needed_programs test_programs
  need_jdk
  say "shellcheck"
  (cd "$brume_home" && shellcheck -x -a brume && shellcheck -x launcher/supervise images/check images/*/build .ci/run) ||
    fail "shellcheck found something in the scripts" "read the lines above"
  # Two modules at a time: where one waits for guests, disks and clocks, another works.
  (cd "$brume_home" && mvn -B -T 2 "$@" verify) || status=$?
  print_counts
  say "$((SECONDS - begin)) s"
  [ "$status" = 0 ] || fail "tests or checks failed" "the lines above name them; reports are under */target/surefire-reports and failsafe-reports"
}

# print_counts: what ran, read from the reports.
print_counts() {
  local kind module tests failures skipped
  printf '%-16s %-12s %7s %9s %8s\n' MODULE KIND TESTS FAILURES SKIPPED
  for kind in surefire failsafe; do
    for module in proto common store session control-plane node-agent storage-node cli; do
      compgen -G "$brume_home/$module/target/$kind-reports/TEST-*.xml" >/dev/null || continue
      read -r tests failures skipped < <(sed -n '/<testsuite /{N;N;N;p}' "$brume_home/$module/target/$kind-reports"/TEST-*.xml |
        tr ' ' '\n' | awk -F'"' '/^tests=/ { t += $2 } /^(failures|errors)=/ { f += $2 } /^skipped=/ { s += $2 } END { print t + 0, f + 0, s + 0 }')
      printf '%-16s %-12s %7s %9s %8s\n' "$module" "$([ $kind = surefire ] && echo unit || echo integration)" "$tests" "$failures" "$skipped"
    done
  done
}
