# s3fs: a bucket as a folder, in a mount namespace of its own.
"$AWS" s3 mb s3://s3fs
mkdir -p m
printf '%s:%s' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" > pw
chmod 600 pw
s3fs s3fs m -o "url=$AWS_ENDPOINT_URL" -o use_path_request_style -o passwd_file=pw -o endpoint=us-east-1
trap 'umount m' EXIT
head -c 30000000 /dev/urandom > f
cp f m/f
cmp f m/f
mkdir m/dir
echo hi > m/dir/x
mv m/dir/x m/dir/y
test "$(cat m/dir/y)" = hi
rm -r m/dir
test "$(ls m)" = f
