# restic: a backup, checked to the last byte and restored.
export RESTIC_PASSWORD=x RESTIC_REPOSITORY=s3:$AWS_ENDPOINT_URL/restic RESTIC_CACHE_DIR=$PWD/cache
mkdir -p rs
head -c 9000000 /dev/urandom > rs/f
restic init
restic backup rs
restic check --read-data
restic restore latest --target out
cmp rs/f out/rs/f
restic forget --prune --keep-last 1
