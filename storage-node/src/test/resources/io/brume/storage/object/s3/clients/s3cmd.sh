# s3cmd, with parts of 15 MiB.
cat > s3cfg <<C
[default]
access_key = $AWS_ACCESS_KEY_ID
secret_key = $AWS_SECRET_ACCESS_KEY
host_base = ${AWS_ENDPOINT_URL#http://}
host_bucket = ${AWS_ENDPOINT_URL#http://}
use_https = False
bucket_location = us-east-1
C
s3() { s3cmd -c s3cfg "$@"; }
head -c 20000000 /dev/urandom > s
s3 mb s3://s3cmd
s3 put s "s3://s3cmd/s u+ü"
s3 get --force "s3://s3cmd/s u+ü" got
cmp s got
s3 cp "s3://s3cmd/s u+ü" s3://s3cmd/copy
s3 info s3://s3cmd/copy
curl -sSf -o got "$(s3 signurl s3://s3cmd/copy +60)"
cmp s got
s3 del -r -f s3://s3cmd
s3 rb s3://s3cmd
