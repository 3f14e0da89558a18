"""What boto3 does with its usual settings, against the endpoint of the environment."""

import hashlib
import io
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}, signature_version="s3v4"))


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e
        return
    raise AssertionError(f"{code} was expected")


s3.create_bucket(Bucket="boto")
assert [b["Name"] for b in s3.list_buckets(Prefix="bot")["Buckets"]] == ["boto"]
assert s3.get_bucket_location(Bucket="boto")["LocationConstraint"] is None
assert s3.head_bucket(Bucket="boto")["BucketRegion"] == "us-east-1"
fails("404", s3.head_bucket, Bucket="nobody")
fails("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket="boto")

# a checksum is sent by default, and given back
put = s3.put_object(Bucket="boto", Key="k", Body=b"body", Metadata={"a": "b c"}, ContentType="text/plain")
assert put["ChecksumCRC32"], put
got = s3.get_object(Bucket="boto", Key="k", ChecksumMode="ENABLED")
assert got["Body"].read() == b"body" and got["ChecksumCRC32"] == put["ChecksumCRC32"]
assert got["Metadata"] == {"a": "b c"} and got["ContentType"] == "text/plain", got
assert got["ETag"] == '"' + hashlib.md5(b"body").hexdigest() + '"'
for algorithm in ["CRC32", "SHA1", "SHA256"]:
    s3.put_object(Bucket="boto", Key=algorithm, Body=io.BytesIO(b"x" * 100_000), ChecksumAlgorithm=algorithm)
    s3.get_object(Bucket="boto", Key=algorithm)["Body"].read()
fails("InvalidRange", s3.get_object, Bucket="boto", Key="k", Range="bytes=9-")
assert s3.get_object(Bucket="boto", Key="k", Range="bytes=-2")["Body"].read() == b"dy"
fails("PreconditionFailed", s3.put_object, Bucket="boto", Key="k", Body=b"", IfNoneMatch="*")
fails("PreconditionFailed", s3.put_object, Bucket="boto", Key="k", Body=b"", IfMatch='"no"')
s3.put_object(Bucket="boto", Key="k", Body=b"body2", IfMatch=put["ETag"])
fails("304", s3.head_object, Bucket="boto", Key="k", IfNoneMatch="*")
fails("NoSuchKey", s3.get_object, Bucket="boto", Key="none")
fails("NoSuchBucket", s3.get_object, Bucket="nobody", Key="none")
fails("404", s3.head_object, Bucket="boto", Key="none")
fails("NotImplemented", s3.put_object, Bucket="boto", Key="k", Body=b"", ServerSideEncryption="aws:kms:dsse")

# tags
s3.put_object(Bucket="boto", Key="t", Body=b"", Tagging="a=1&b=2%20c")
assert {t["Key"]: t["Value"] for t in s3.get_object_tagging(Bucket="boto", Key="t")["TagSet"]} == {"a": "1", "b": "2 c"}
s3.put_object_tagging(Bucket="boto", Key="t", Tagging={"TagSet": [{"Key": "z", "Value": ""}]})
assert s3.head_object(Bucket="boto", Key="t")["TagCount"] == 1
s3.delete_object_tagging(Bucket="boto", Key="t")
assert s3.get_object_tagging(Bucket="boto", Key="t")["TagSet"] == []

# copies
s3.copy_object(Bucket="boto", Key="copy", CopySource={"Bucket": "boto", "Key": "k"})
assert s3.get_object(Bucket="boto", Key="copy")["Body"].read() == b"body2"
fails("InvalidRequest", s3.copy_object, Bucket="boto", Key="k", CopySource="boto/k")
s3.copy_object(Bucket="boto", Key="k", CopySource="boto/k", MetadataDirective="REPLACE", Metadata={"n": "1"})
assert s3.head_object(Bucket="boto", Key="k")["Metadata"] == {"n": "1"}
fails("PreconditionFailed", s3.copy_object, Bucket="boto", Key="c", CopySource="boto/k", CopySourceIfMatch='"no"')

# keys of every kind
ugly = ["..", "../x", "a//b", "/a", "a/", "%2F", "a+b c", "ä/€", "\x01\x02", "q?x=1&y", "k" * 1024, "a\nb", "<&>\"'"]
for key in ugly:
    s3.put_object(Bucket="boto", Key="ugly/" + key if len(key) < 1024 else key, Body=key.encode())
for key in ugly:
    assert s3.get_object(Bucket="boto", Key="ugly/" + key if len(key) < 1024 else key)["Body"].read() == key.encode(), key
listed = [o["Key"] for p in s3.get_paginator("list_objects_v2").paginate(Bucket="boto", Prefix="ugly/", PaginationConfig={"PageSize": 3}) for o in p["Contents"]]
assert sorted(listed) == sorted("ugly/" + k for k in ugly if len(k) < 1024), listed
folders = s3.list_objects_v2(Bucket="boto", Delimiter="/")
assert [p["Prefix"] for p in folders["CommonPrefixes"]] == ["ugly/"], folders
old = s3.list_objects(Bucket="boto", Prefix="ugly/", MaxKeys=2)
assert old["IsTruncated"] and len(old["Contents"]) == 2
fails("InvalidArgument", s3.list_objects_v2, Bucket="boto", ContinuationToken="nonsense")

# presigned URLs, and a form
url = s3.generate_presigned_url("put_object", Params={"Bucket": "boto", "Key": "pre signed+"})
urllib.request.urlopen(urllib.request.Request(url, b"by url", method="PUT"))
url = s3.generate_presigned_url("get_object", Params={"Bucket": "boto", "Key": "pre signed+", "ResponseContentType": "text/x"})
with urllib.request.urlopen(url) as answer:
    assert answer.read() == b"by url" and answer.headers["Content-Type"] == "text/x"
try:
    urllib.request.urlopen(url.replace("X-Amz-Signature=", "X-Amz-Signature=0"))
    raise AssertionError("a wrong signature was accepted")
except urllib.error.HTTPError as e:
    assert e.code in (400, 403), e
form = s3.generate_presigned_post("boto", "forms/${filename}", Fields={"acl": "bucket-owner-full-control"},
                                  Conditions=[{"acl": "bucket-owner-full-control"}, ["content-length-range", 1, 100]])


def post(fields, content):
    line = "--b0undary\r\n"
    body = "".join(f'{line}Content-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()).encode()
    body += (line + 'Content-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n').encode() + content + b"\r\n--b0undary--\r\n"
    request = urllib.request.Request(form["url"], body, {"Content-Type": "multipart/form-data; boundary=b0undary"})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as e:
        return e.code


assert post(form["fields"], b"\r\n--not the end\r\n") == 204
assert s3.get_object(Bucket="boto", Key="forms/f.txt")["Body"].read() == b"\r\n--not the end\r\n"
assert post(form["fields"], b"x" * 101) == 400
assert post({**form["fields"], "x-amz-meta-extra": "1"}, b"x") == 403
assert post({**form["fields"], "x-amz-signature": "0" * 64}, b"x") == 403

# uploads in parts
upload = s3.create_multipart_upload(Bucket="boto", Key="mp", Metadata={"m": "1"})["UploadId"]
part = s3.upload_part(Bucket="boto", Key="mp", UploadId=upload, PartNumber=7, Body=b"p" * (5 << 20))
s3.upload_part(Bucket="boto", Key="mp", UploadId=upload, PartNumber=9, Body=b"first try")
last = s3.upload_part(Bucket="boto", Key="mp", UploadId=upload, PartNumber=9, Body=b"last")
assert [p["PartNumber"] for p in s3.list_parts(Bucket="boto", Key="mp", UploadId=upload)["Parts"]] == [7, 9]
assert [u["Key"] for u in s3.list_multipart_uploads(Bucket="boto")["Uploads"]] == ["mp"]
parts = [{"PartNumber": 7, "ETag": part["ETag"]}, {"PartNumber": 9, "ETag": last["ETag"]}]
fails("InvalidPart", s3.complete_multipart_upload, Bucket="boto", Key="mp", UploadId=upload,
      MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
s3.complete_multipart_upload(Bucket="boto", Key="mp", UploadId=upload, MultipartUpload={"Parts": parts})
whole = s3.get_object(Bucket="boto", Key="mp")
assert whole["Body"].read() == b"p" * (5 << 20) + b"last" and whole["Metadata"] == {"m": "1"}
fails("NoSuchUpload", s3.list_parts, Bucket="boto", Key="mp", UploadId=upload)
upload = s3.create_multipart_upload(Bucket="boto", Key="mp2")["UploadId"]
s3.upload_part_copy(Bucket="boto", Key="mp2", UploadId=upload, PartNumber=1, CopySource="boto/mp", CopySourceRange="bytes=0-9")
fails("NoSuchUpload", s3.abort_multipart_upload, Bucket="boto", Key="mp2", UploadId="0" * 64)
s3.abort_multipart_upload(Bucket="boto", Key="mp2", UploadId=upload)
fails("NoSuchUpload", s3.upload_part, Bucket="boto", Key="mp2", UploadId=upload, PartNumber=1, Body=b"")

# versions
s3.create_bucket(Bucket="versions")
s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
one = s3.put_object(Bucket="versions", Key="v", Body=b"1")["VersionId"]
two = s3.put_object(Bucket="versions", Key="v", Body=b"2")["VersionId"]
marker = s3.delete_object(Bucket="versions", Key="v")
assert marker["DeleteMarker"] and one != two
listed = s3.list_object_versions(Bucket="versions")
assert [v["VersionId"] for v in listed["Versions"]] == [two, one], listed
assert listed["DeleteMarkers"][0]["IsLatest"]
assert s3.get_object(Bucket="versions", Key="v", VersionId=one)["Body"].read() == b"1"
s3.copy_object(Bucket="versions", Key="v", CopySource={"Bucket": "versions", "Key": "v", "VersionId": one})
assert s3.get_object(Bucket="versions", Key="v")["Body"].read() == b"1"
fails("BucketNotEmpty", s3.delete_bucket, Bucket="versions")

# many at once, but for what XML cannot say
s3.delete_object(Bucket="boto", Key="ugly/\x01\x02")
for bucket in ["boto", "versions"]:
    while True:
        page = s3.list_object_versions(Bucket=bucket, MaxKeys=5)
        found = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in page.get("Versions", []) + page.get("DeleteMarkers", [])]
        if not found:
            break
        done = s3.delete_objects(Bucket=bucket, Delete={"Objects": found})
        assert len(done["Deleted"]) == len(found) and "Errors" not in done, done
    s3.delete_bucket(Bucket=bucket)
print("all is well")
