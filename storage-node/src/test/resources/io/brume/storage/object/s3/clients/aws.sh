# AWS's command line, version 1 as pip installs it and version 2 as Debian packages it: $AWS.
head -c 9000000 /dev/urandom > big
mkdir -p tree/a
echo x > tree/a/x
echo y > "tree/y z"
"$AWS" s3 mb s3://cli
"$AWS" s3 cp big s3://cli/b
"$AWS" s3 sync tree "s3://cli/a tree"
"$AWS" s3 sync "s3://cli/a tree" back
diff -r tree back
"$AWS" s3 mv s3://cli/b "s3://cli/b+ä"
curl -sSf -o got "$("$AWS" s3 presign "s3://cli/b+ä")"
cmp big got
"$AWS" s3 cp --sse AES256 - s3://cli/sealed < tree/a/x
"$AWS" s3api head-object --bucket cli --key sealed | grep '"ServerSideEncryption": "AES256"'
test "$("$AWS" s3 cp s3://cli/sealed -)" = x
key=0123456789abcdef0123456789abcdef
"$AWS" s3 cp --sse-c AES256 --sse-c-key $key big s3://cli/mine
if "$AWS" s3 cp s3://cli/mine got; then exit 1; fi
"$AWS" s3 cp --sse-c AES256 --sse-c-key $key s3://cli/mine got
cmp big got
"$AWS" s3 rm --recursive s3://cli
"$AWS" s3 rb s3://cli
