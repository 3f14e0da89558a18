# rclone, with parts of 5 MiB.
export RCLONE_CONFIG=$PWD/rclone.conf
printf '[b]\ntype=s3\nprovider=Other\nenv_auth=true\nendpoint=%s\nregion=us-east-1\n' "$AWS_ENDPOINT_URL" > rclone.conf
mkdir -p r/sub
head -c 12000000 /dev/urandom > r/big
echo 1 > "r/sub/ü +%2F.txt"
: > r/empty
rclone copy r b:rclone/x
rclone sync --s3-upload-cutoff 5M --s3-chunk-size 5M r b:rclone/y
rclone check --download r b:rclone/y
rclone move b:rclone/y b:rclone/z
rclone cat "b:rclone/z/sub/ü +%2F.txt"
rclone purge b:rclone
