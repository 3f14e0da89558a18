#!/usr/bin/env bash
# Whether an agent's memory stays flat while it serves a volume of three replicas under load, for ten minutes or as long as is
# said; prints its resident and its direct memory in the first and the last third, and fails when they have grown.
#   bench/memory.sh [SECONDS]       as root; builds what is needed
set -euo pipefail
cd "$(dirname "$0")/.."
exec mvn -B -q -Dquick verify -pl cli -am -Dtest=None -Dit.test=AgentMemoryIT -Dsurefire.failIfNoSpecifiedTests=false \
  -Dfailsafe.failIfNoSpecifiedTests=false "-Dbrume.memory.seconds=${1:-600}"
