"""What is configured for a bucket is done: boto3 as two accounts, and strangers."""

import datetime
import hashlib
import json
import os
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SETTINGS = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
owner = boto3.client("s3", config=SETTINGS)
other = boto3.client("s3", config=SETTINGS, aws_access_key_id=os.environ["OTHER_KEY"], aws_secret_access_key=os.environ["OTHER_SECRET"])


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e
        return
    raise AssertionError(f"{code} was expected")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay())


def stranger(path, method="GET", body=None, **headers):
    request = urllib.request.Request(ENDPOINT + path, body, {k.replace("_", "-"): v for k, v in headers.items()}, method=method)
    try:
        with PLAIN.open(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read()


def policy(bucket, *statements):
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


# a new bucket is its owner's alone
owner.create_bucket(Bucket="conf")
owner.put_object(Bucket="conf", Key="open/a", Body=b"a")
owner.put_object(Bucket="conf", Key="closed/b", Body=b"b")
assert stranger("/conf/open/a")[0] == 403
fails("AccessDenied", other.get_object, Bucket="conf", Key="open/a")
fails("403", other.head_bucket, Bucket="conf")
fails("AccessDenied", other.put_object, Bucket="conf", Key="x", Body=b"")
fails("AccessDenied", other.delete_bucket, Bucket="conf")

# policies, and the block on public ones
public = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::conf/open/*"}
fails("AccessDenied", owner.put_bucket_policy, Bucket="conf", Policy=json.dumps({"Version": "2012-10-17", "Statement": [public]}))
owner.delete_public_access_block(Bucket="conf")
policy("conf", public)
assert owner.get_bucket_policy_status(Bucket="conf")["PolicyStatus"]["IsPublic"]
assert stranger("/conf/open/a")[::2] == (200, b"a")
assert stranger("/conf/closed/b")[0] == 403 and stranger("/conf/open/none")[0] == 403 and stranger("/conf")[0] == 403
owner.put_public_access_block(Bucket="conf", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
assert stranger("/conf/open/a")[0] == 403
owner.delete_public_access_block(Bucket="conf")
partner = {"Effect": "Allow", "Principal": {"AWS": "000000000002"}}
policy("conf", {**partner, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::conf/shared/*"},
       {**partner, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::conf", "Condition": {"StringLike": {"s3:prefix": "shared/*"}}},
       {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::conf/sealed/*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}}})
other.put_object(Bucket="conf", Key="shared/by-other", Body=b"o")
assert owner.get_object(Bucket="conf", Key="shared/by-other")["Body"].read() == b"o"
assert other.list_objects_v2(Bucket="conf", Prefix="shared/")["KeyCount"] == 1
fails("AccessDenied", other.list_objects_v2, Bucket="conf", Prefix="closed/")
fails("AccessDenied", other.delete_object, Bucket="conf", Key="shared/by-other")
fails("AccessDenied", owner.put_object, Bucket="conf", Key="sealed/x", Body=b"")
owner.put_object(Bucket="conf", Key="sealed/x", Body=b"s", ServerSideEncryption="AES256")
copy = {"Bucket": "conf", "Key": "closed/b"}
fails("AccessDenied", other.copy_object, Bucket="conf", Key="shared/c", CopySource=copy)
done = other.delete_objects(Bucket="conf", Delete={"Objects": [{"Key": "closed/b"}]})
assert done["Errors"][0]["Code"] == "AccessDenied" and "Deleted" not in done, done
fails("MalformedPolicy", owner.put_bucket_policy, Bucket="conf", Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}')

# ACLs: off, then on
owner.put_object(Bucket="conf", Key="private", Body=b"", ACL="private")
fails("AccessDenied", other.put_object, Bucket="conf", Key="shared/x", Body=b"", ACL="public-read")
fails("AccessControlListNotSupported", owner.put_object, Bucket="conf", Key="acl", Body=b"", ACL="public-read")
owner.create_bucket(Bucket="acls", ObjectOwnership="ObjectWriter")
owner.delete_public_access_block(Bucket="acls")
owner.put_object(Bucket="acls", Key="seen", Body=b"seen", ACL="public-read")
owner.put_object(Bucket="acls", Key="hidden", Body=b"")
assert stranger("/acls/seen")[::2] == (200, b"seen") and stranger("/acls/hidden")[0] == 403 and stranger("/acls")[0] == 403
owner.put_bucket_acl(Bucket="acls", ACL="public-read")
assert stranger("/acls")[0] == 200
owner.put_public_access_block(Bucket="acls", PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
assert stranger("/acls/seen")[0] == 403 and stranger("/acls")[0] == 403

# scripts of other sites
owner.put_bucket_cors(Bucket="conf", CORSConfiguration={"CORSRules": [
    {"AllowedOrigins": ["https://*.example.org"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["x-amz-*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 9}]})
asks = {"Origin": "https://a.example.org", "Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "x-amz-date"}
status, headers, _ = stranger("/conf/open/a", "OPTIONS", **asks)
assert status == 200 and headers["Access-Control-Allow-Origin"] == "https://a.example.org" and headers["Access-Control-Max-Age"] == "9"
assert stranger("/conf/open/a", "OPTIONS", **{**asks, "Origin": "https://example.com"})[0] == 403
signed = boto3.client("s3", config=SETTINGS.merge(Config(signature_version="s3v4")))
url = signed.generate_presigned_url("put_object", Params={"Bucket": "conf", "Key": "open/cors"})[len(ENDPOINT):]
status, headers, _ = stranger(url, "PUT", b"by a script", Origin="https://a.example.org")
assert status == 200 and headers["Access-Control-Expose-Headers"] == "ETag", (status, headers)

# what is locked stays
owner.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
owner.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration={
    "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})
kept = owner.put_object(Bucket="locked", Key="k", Body=b"1")["VersionId"]
assert owner.head_object(Bucket="locked", Key="k")["ObjectLockMode"] == "GOVERNANCE"
fails("AccessDenied", owner.delete_object, Bucket="locked", Key="k", VersionId=kept)
marker = owner.delete_object(Bucket="locked", Key="k")["VersionId"]
owner.put_object_legal_hold(Bucket="locked", Key="k", VersionId=kept, LegalHold={"Status": "ON"})
fails("AccessDenied", owner.delete_object, Bucket="locked", Key="k", VersionId=kept, BypassGovernanceRetention=True)
owner.put_object_legal_hold(Bucket="locked", Key="k", VersionId=kept, LegalHold={"Status": "OFF"})
owner.delete_object(Bucket="locked", Key="k", VersionId=kept, BypassGovernanceRetention=True)
until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
hard = owner.put_object(Bucket="locked", Key="h", Body=b"", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)["VersionId"]
fails("AccessDenied", owner.delete_object, Bucket="locked", Key="h", VersionId=hard, BypassGovernanceRetention=True)

# keys of the server, and of the client; ranges begin anywhere
body = bytes(range(256)) * 30_000
key = bytes(range(32))
mine = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}
put = owner.put_object(Bucket="conf", Key="mine", Body=body, **mine)
assert put["SSECustomerKeyMD5"] and put["ETag"] != '"' + hashlib.md5(body).hexdigest() + '"'
fails("InvalidRequest", owner.get_object, Bucket="conf", Key="mine")
fails("400", owner.head_object, Bucket="conf", Key="mine")
fails("AccessDenied", owner.get_object, Bucket="conf", Key="mine", SSECustomerAlgorithm="AES256", SSECustomerKey=key[::-1])
fails("InvalidRequest", owner.get_object, Bucket="conf", Key="open/a", **mine)
assert owner.get_object(Bucket="conf", Key="mine", **mine)["Body"].read() == body
for start, end in [(0, 0), (1, 17), (4_999_999, 5_000_001), (7_000_000, 7_679_999)]:
    got = owner.get_object(Bucket="conf", Key="mine", Range=f"bytes={start}-{end}", **mine)["Body"].read()
    assert got == body[start:end + 1], (start, end)
server = owner.put_object(Bucket="conf", Key="server", Body=body, ServerSideEncryption="AES256")
assert server["ServerSideEncryption"] == "AES256" and server["ETag"] == '"' + hashlib.md5(body).hexdigest() + '"'
assert owner.get_object(Bucket="conf", Key="server", Range="bytes=5-9")["Body"].read() == body[5:10]
for given in [mine, {"ServerSideEncryption": "AES256"}]:
    with_key = given if "SSECustomerKey" in given else {}
    upload = owner.create_multipart_upload(Bucket="conf", Key="parts", **given)["UploadId"]
    parts = []
    for number, part in enumerate([body[:5 << 20], body[5 << 20:]], 1):
        done = owner.upload_part(Bucket="conf", Key="parts", UploadId=upload, PartNumber=number, Body=part, **with_key)
        parts.append({"PartNumber": number, "ETag": done["ETag"]})
    owner.complete_multipart_upload(Bucket="conf", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    assert owner.get_object(Bucket="conf", Key="parts", **with_key)["Body"].read() == body
    middle = owner.get_object(Bucket="conf", Key="parts", Range=f"bytes={(5 << 20) - 3}-{(5 << 20) + 2}", **with_key)
    assert middle["Body"].read() == body[(5 << 20) - 3:(5 << 20) + 3]
    assert owner.get_object(Bucket="conf", Key="parts", PartNumber=2, **with_key)["Body"].read() == body[5 << 20:]
owner.copy_object(Bucket="conf", Key="copy", CopySource="conf/mine", CopySourceSSECustomerAlgorithm="AES256", CopySourceSSECustomerKey=key)
assert owner.get_object(Bucket="conf", Key="copy")["Body"].read() == body
fails("InvalidRequest", owner.copy_object, Bucket="conf", Key="copy2", CopySource="conf/mine")
owner.put_bucket_encryption(Bucket="conf", ServerSideEncryptionConfiguration={
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
owner.put_object(Bucket="conf", Key="default", Body=b"d")
assert owner.head_object(Bucket="conf", Key="default")["ServerSideEncryption"] == "AES256"

# web sites
owner.create_bucket(Bucket="site")
owner.delete_public_access_block(Bucket="site")
HOST = "site.s3-website.localhost"
assert b"NoSuchWebsiteConfiguration" in stranger("/", Host=HOST)[2]
owner.put_bucket_website(Bucket="site", WebsiteConfiguration={
    "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "errors/lost.html"},
    "RoutingRules": [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "302"}}]})
policy("site", {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"},
       {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::site"},
       {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/secret"})
for page in ["index.html", "docs/index.html", "errors/lost.html", "secret"]:
    owner.put_object(Bucket="site", Key=page, Body=page.encode(), ContentType="text/html")
owner.put_object(Bucket="site", Key="moved", Body=b"", WebsiteRedirectLocation="https://example.org/there")
status, headers, page = stranger("/", Host=HOST)
assert (status, page, headers["Content-Type"]) == (200, b"index.html", "text/html")
assert stranger("/docs/", Host=HOST)[::2] == (200, b"docs/index.html")
assert stranger("/docs", Host=HOST)[1]["Location"] == "/docs/"
assert stranger("/nowhere", Host=HOST)[::2] == (404, b"errors/lost.html")
assert stranger("/secret", Host=HOST)[::2] == (403, b"errors/lost.html")
assert stranger("/moved", Host=HOST)[1]["Location"] == "https://example.org/there"
status, headers, _ = stranger("/old/a%20b", Host=HOST)
assert (status, headers["Location"]) == (302, f"http://{HOST}/new/a%20b"), headers
status, headers, page = stranger("/index.html", "HEAD", Host=HOST)
assert (status, headers["Content-Length"], page) == (200, "10", b"")
assert stranger("/index.html", "PUT", b"x", Host=HOST)[0] == 405
assert stranger("/", Host="none.s3-website.localhost")[0] == 404
assert stranger("/index.html", Host="site.localhost")[::2] == (200, b"index.html")

# storage classes, and archives that are read once they have been restored
owner.put_bucket_encryption(Bucket="conf", ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
body = b"again and again " * 400_000
fails("InvalidStorageClass", owner.put_object, Bucket="conf", Key="cold/a", Body=b"", StorageClass="INTELLIGENT_TIERING")
owner.put_object(Bucket="conf", Key="cold/one", Body=body, StorageClass="ONEZONE_IA")
assert owner.head_object(Bucket="conf", Key="cold/one")["StorageClass"] == "ONEZONE_IA"
upload = owner.create_multipart_upload(Bucket="conf", Key="cold/deep", StorageClass="DEEP_ARCHIVE")["UploadId"]
done = [{"PartNumber": n, "ETag": owner.upload_part(Bucket="conf", Key="cold/deep", UploadId=upload, PartNumber=n, Body=part)["ETag"]}
        for n, part in ((1, body), (2, b"the end"))]
owner.complete_multipart_upload(Bucket="conf", Key="cold/deep", UploadId=upload, MultipartUpload={"Parts": done})
fails("InvalidObjectState", owner.get_object, Bucket="conf", Key="cold/deep")
again = {"Days": 1, "GlacierJobParameters": {"Tier": "Standard"}}
fails("AccessDenied", other.restore_object, Bucket="conf", Key="cold/deep", RestoreRequest=again)
answer = owner.restore_object(Bucket="conf", Key="cold/deep", RestoreRequest=again)
assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202, answer
deadline = time.monotonic() + 20
while 'ongoing-request="true"' in owner.head_object(Bucket="conf", Key="cold/deep")["Restore"]:
    assert time.monotonic() < deadline
    time.sleep(0.05)
assert owner.get_object(Bucket="conf", Key="cold/deep")["Body"].read() == body + b"the end"
assert owner.get_object(Bucket="conf", Key="cold/deep", PartNumber=2)["Body"].read() == b"the end"
assert owner.restore_object(Bucket="conf", Key="cold/deep", RestoreRequest=again)["ResponseMetadata"]["HTTPStatusCode"] == 200
assert {o["Key"]: o["StorageClass"] for o in owner.list_objects_v2(Bucket="conf", Prefix="cold/")["Contents"]} == {"cold/one": "ONEZONE_IA", "cold/deep": "DEEP_ARCHIVE"}
form = owner.generate_presigned_post("conf", "cold/form", Fields={"x-amz-storage-class": "GLACIER"}, Conditions=[{"x-amz-storage-class": "GLACIER"}])
edge = b"--edge\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
parts = b"".join(edge % (k.encode(), v.encode()) for k, v in form["fields"].items()) + edge % (b'file"; filename="f', b"x") + b"--edge--\r\n"
assert stranger("/conf", "POST", parts, Content_Type="multipart/form-data; boundary=edge")[0] == 204
assert owner.head_object(Bucket="conf", Key="cold/form")["StorageClass"] == "GLACIER"
owner.delete_bucket_encryption(Bucket="conf")

# access logs
owner.create_bucket(Bucket="logs")
fails("InvalidTargetBucketForLogging", owner.put_bucket_logging, Bucket="site",
      BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "nowhere", "TargetPrefix": ""}})
policy("logs", {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/of-site/*",
                "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::site"}, "StringEquals": {"aws:SourceAccount": "000000000001"}}})
owner.put_bucket_logging(Bucket="site", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "of-site/"}})
assert stranger("/nowhere", Host=HOST, User_Agent='"me"')[0] == 404
owner.get_object(Bucket="site", Key="index.html")
deadline = time.monotonic() + 20
lines = []
while len(lines) < 2:
    assert time.monotonic() < deadline, lines
    logs = [o["Key"] for o in owner.list_objects_v2(Bucket="logs", Prefix="of-site/").get("Contents", [])]
    lines = [line for key in logs for line in owner.get_object(Bucket="logs", Key=key)["Body"].read().decode().splitlines()]
assert any(' WEBSITE.GET.OBJECT nowhere "GET /nowhere HTTP/1.1" 404 - ' in line and '"%22me%22"' in line for line in lines), lines
assert any(" arn:aws:iam::000000000001:root " in line and ' REST.GET.OBJECT index.html "GET /site/index.html HTTP/1.1" 200 - 10 ' in line for line in lines), lines

# signatures of version 2, in URLs; documents that explode
old = boto3.client("s3", config=Config(signature_version="s3", s3={"addressing_style": "path"}))
url = old.generate_presigned_url("get_object", Params={"Bucket": "conf", "Key": "open/a", "ResponseContentType": "text/v2"})
assert "AWSAccessKeyId=" in url
status, headers, page = stranger(url[len(ENDPOINT):])
assert (status, page, headers["Content-Type"]) == (200, b"a", "text/v2"), (status, page)
assert stranger(url[len(ENDPOINT):].replace("open/a", "closed/b"))[0] == 403
bomb = b'<!DOCTYPE a [<!ENTITY b "%s">]><Tagging><TagSet><Tag><Key>&b;</Key><Value/></Tag></TagSet></Tagging>' % (b"x" * 1000)
url = signed.generate_presigned_url("get_bucket_tagging", Params={"Bucket": "conf"}, HttpMethod="PUT")[len(ENDPOINT):]
status, _, page = stranger(url, "PUT", bomb)
assert status == 400 and b"MalformedXML" in page, page
deep = b"<Tagging>" * 100_000
status, _, page = stranger(url, "PUT", deep)
assert status == 400 and b"MalformedXML" in page, page
print("all is well")
