# AWS's command line, version 1 as pip installs it and version 2 as Debian packages it: $AWS.
# Version 2 as packaged knows no AWS_ENDPOINT_URL yet.
amazon() { "$AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
head -c 9000000 /dev/urandom > big
mkdir -p tree/a
echo x > tree/a/x
echo y > "tree/y z"
amazon s3 mb s3://cli
amazon s3 cp big s3://cli/b
amazon s3 sync tree "s3://cli/a tree"
amazon s3 sync "s3://cli/a tree" back
diff -r tree back
amazon s3 mv s3://cli/b "s3://cli/b+ä"
curl -sSf -o got "$(amazon s3 presign "s3://cli/b+ä")"
cmp big got
amazon s3 cp --sse AES256 - s3://cli/sealed < tree/a/x
amazon s3api head-object --bucket cli --key sealed | grep '"ServerSideEncryption": "AES256"'
test "$(amazon s3 cp s3://cli/sealed -)" = x
key=0123456789abcdef0123456789abcdef
amazon s3 cp --sse-c AES256 --sse-c-key $key big s3://cli/mine
if amazon s3 cp s3://cli/mine got; then exit 1; fi
amazon s3 cp --sse-c AES256 --sse-c-key $key s3://cli/mine got
cmp big got
amazon s3 rm --recursive s3://cli
amazon s3 rb s3://cli
