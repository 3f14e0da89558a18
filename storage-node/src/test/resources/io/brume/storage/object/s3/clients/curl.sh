# curl, which signs itself; and what it posts as a browser does.
url=$AWS_ENDPOINT_URL/curl
signed() { curl -sSf --aws-sigv4 aws:amz:us-east-1:s3 -H x-amz-content-sha256:UNSIGNED-PAYLOAD --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"; }
head -c 100000 /dev/urandom > f
signed -X PUT "$url"
signed -T f "$url/a"
signed -o got "$url/a"
cmp f got
test "$(signed -o got -w '%{http_code}' -r 10-19 "$url/a")" = 206
test "$(curl -s -o got -w '%{http_code}' "$url/a")" = 403
grep -q '<Code>AccessDenied</Code>' got
policy=$(printf '{"expiration":"2099-01-01T00:00:00Z","conditions":[{"bucket":"curl"},["starts-with","$key","up/"],["content-length-range",1,200000]]}' | base64 -w0)
signature=$(printf %s "$policy" | openssl dgst -sha1 -hmac "$AWS_SECRET_ACCESS_KEY" -binary | base64)
form() { curl -s -o got -w '%{http_code}' -F "key=$1" -F "AWSAccessKeyId=$AWS_ACCESS_KEY_ID" -F "policy=$policy" -F "signature=$signature" -F "file=@f" "$url"; }
test "$(form up/f)" = 204
test "$(form elsewhere)" = 403
signed -o got "$url/up/f"
cmp f got
