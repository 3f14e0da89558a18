"""SSE-KMS with boto3: the account's own key, bucket keys, contexts, and who may use the key."""

import base64
import hashlib
import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SETTINGS = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
owner = boto3.client("s3", config=SETTINGS)
other = boto3.client("s3", config=SETTINGS, aws_access_key_id=os.environ["OTHER_KEY"], aws_secret_access_key=os.environ["OTHER_SECRET"])
KMS = {"ServerSideEncryption": "aws:kms"}


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e
        return
    raise AssertionError(f"{code} was expected")


# whatever names the key, the answer names its ARN; the ETag is not the MD5
owner.create_bucket(Bucket="kms")
body = bytes(range(256)) * 30_000
put = owner.put_object(Bucket="kms", Key="k", Body=body, **KMS)
arn = put["SSEKMSKeyId"]
assert put["ServerSideEncryption"] == "aws:kms" and arn.startswith("arn:aws:kms:") and "BucketKeyEnabled" not in put
assert put["ETag"] != '"' + hashlib.md5(body).hexdigest() + '"'
for read in [owner.head_object, owner.get_object]:
    got = read(Bucket="kms", Key="k")
    assert (got["ServerSideEncryption"], got["SSEKMSKeyId"], got["ETag"]) == ("aws:kms", arn, put["ETag"]), got
assert got["Body"].read() == body
assert owner.get_object(Bucket="kms", Key="k", Range="bytes=4999999-5000001")["Body"].read() == body[4_999_999:5_000_002]
alias = arn[:arn.index(":key/")] + ":alias/aws/s3"
for name in [arn, arn.split("/")[1], "alias/aws/s3", alias]:
    assert owner.put_object(Bucket="kms", Key="n", Body=b"n", SSEKMSKeyId=name, **KMS)["SSEKMSKeyId"] == arn
for name in ["alias/mine", arn[:-1] + "x", "00000000-0000-4000-8000-000000000000"]:
    fails("KMS.NotFoundException", owner.put_object, Bucket="kms", Key="x", Body=b"", SSEKMSKeyId=name, **KMS)
fails("InvalidArgument", owner.put_object, Bucket="kms", Key="x", Body=b"", SSEKMSKeyId=arn, ServerSideEncryption="AES256")
fails("InvalidArgument", owner.put_object, Bucket="kms", Key="x", Body=b"", ServerSideEncryption="rot13")
fails("NotImplemented", owner.put_object, Bucket="kms", Key="x", Body=b"", ServerSideEncryption="aws:kms:dsse")

# contexts
context = base64.b64encode(json.dumps({"tenant": "42", "a": "ü"}).encode()).decode()
answered = owner.put_object(Bucket="kms", Key="c", Body=b"c", SSEKMSEncryptionContext=context, **KMS)["SSEKMSEncryptionContext"]
assert json.loads(base64.b64decode(answered)) == {"tenant": "42", "a": "ü"}
assert owner.get_object(Bucket="kms", Key="c")["Body"].read() == b"c"
for wrong in ["%", base64.b64encode(b"[1]").decode(), base64.b64encode(b'{"a":1}').decode()]:
    fails("InvalidArgument", owner.put_object, Bucket="kms", Key="x", Body=b"", SSEKMSEncryptionContext=wrong, **KMS)

# uploads in parts, copies, attributes
upload = owner.create_multipart_upload(Bucket="kms", Key="parts", BucketKeyEnabled=True, **KMS)
assert upload["SSEKMSKeyId"] == arn and upload["BucketKeyEnabled"]
parts = []
for number, part in enumerate([body[:5 << 20], body[5 << 20:]], 1):
    done = owner.upload_part(Bucket="kms", Key="parts", UploadId=upload["UploadId"], PartNumber=number, Body=part)
    assert done["SSEKMSKeyId"] == arn and done["BucketKeyEnabled"]
    parts.append({"PartNumber": number, "ETag": done["ETag"]})
done = owner.complete_multipart_upload(Bucket="kms", Key="parts", UploadId=upload["UploadId"], MultipartUpload={"Parts": parts})
assert done["SSEKMSKeyId"] == arn and done["BucketKeyEnabled"]
assert owner.get_object(Bucket="kms", Key="parts")["Body"].read() == body
assert owner.get_object(Bucket="kms", Key="parts", PartNumber=2)["Body"].read() == body[5 << 20:]
assert owner.get_object_attributes(Bucket="kms", Key="parts", ObjectAttributes=["ObjectSize"])["ObjectSize"] == len(body)
copy = owner.copy_object(Bucket="kms", Key="copy", CopySource="kms/parts", **KMS)
assert copy["SSEKMSKeyId"] == arn and "BucketKeyEnabled" not in copy
assert owner.get_object(Bucket="kms", Key="copy")["Body"].read() == body
assert "ServerSideEncryption" not in owner.copy_object(Bucket="kms", Key="plain", CopySource="kms/copy")

# a bucket's default, which requests may overrule
fails("KMS.NotFoundException", owner.put_bucket_encryption, Bucket="kms", ServerSideEncryptionConfiguration={
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/mine"}}]})
rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}, "BucketKeyEnabled": True}
owner.put_bucket_encryption(Bucket="kms", ServerSideEncryptionConfiguration={"Rules": [rule]})
assert owner.get_bucket_encryption(Bucket="kms")["ServerSideEncryptionConfiguration"]["Rules"] == [rule]
default = owner.put_object(Bucket="kms", Key="d", Body=b"d")
assert default["SSEKMSKeyId"] == arn and default["BucketKeyEnabled"]
assert owner.get_object(Bucket="kms", Key="d")["Body"].read() == b"d"
assert "BucketKeyEnabled" not in owner.put_object(Bucket="kms", Key="d2", Body=b"", BucketKeyEnabled=False)
assert owner.put_object(Bucket="kms", Key="d3", Body=b"", ServerSideEncryption="AES256")["ServerSideEncryption"] == "AES256"
blocking = {**rule, "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}
owner.put_bucket_encryption(Bucket="kms", ServerSideEncryptionConfiguration={"Rules": [blocking]})
fails("AccessDenied", owner.put_object, Bucket="kms", Key="x", Body=b"", SSECustomerAlgorithm="AES256", SSECustomerKey=bytes(32))

# the key is the account's: no policy of the bucket lets others use it
owner.delete_public_access_block(Bucket="kms")
everybody = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::kms/*"}
owner.put_bucket_policy(Bucket="kms", Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))
assert other.get_object(Bucket="kms", Key="plain")["Body"].read() == body
fails("AccessDenied", other.get_object, Bucket="kms", Key="k")
fails("AccessDenied", other.put_object, Bucket="kms", Key="o", Body=b"")
stranger = boto3.client("s3", config=SETTINGS.merge(Config(signature_version=__import__("botocore").UNSIGNED)))
assert stranger.get_object(Bucket="kms", Key="plain")["Body"].read() == body
fails("InvalidArgument", stranger.get_object, Bucket="kms", Key="k")

# a policy that wants this encryption, and this key
for condition in [
        {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
        {"StringNotEqualsIfExists": {"s3:x-amz-server-side-encryption-aws-kms-key-id": arn}}]:
    owner.put_bucket_policy(Bucket="kms", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::kms/*", "Condition": condition}]}))
    wrong = {**KMS, "SSEKMSKeyId": "alias/aws/s3"} if "StringNotEqualsIfExists" in condition else {"ServerSideEncryption": "AES256"}
    fails("AccessDenied", owner.put_object, Bucket="kms", Key="p", Body=b"", **wrong)
    owner.put_object(Bucket="kms", Key="p", Body=b"p", SSEKMSKeyId=arn, **KMS)
print("all is well")
