package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.encryption.Encryptions;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/** Uploads in parts; {@link PartPuts} takes the parts themselves. */
public final class UploadOperations extends S3Noun {
    private final S3Parts parts;
    private final Access access;
    private final UploadBegin begin;
    private final UploadCompletion completion;
    private final UploadLists lists;
    private final PartCopies copies;

    public UploadOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
        this.begin = new UploadBegin(parts);
        this.completion = new UploadCompletion(parts);
        this.lists = new UploadLists(parts);
        this.copies = new PartCopies(parts);
    }

    @Override
    public CreateMultipartUploadResponse createMultipartUpload(
            CreateMultipartUploadRequest request) {
        var begun = begin.begin(request.bucket(), request.key());
        var upload = begun.upload();
        return CreateMultipartUploadResponse.builder()
                .bucket(request.bucket())
                .key(request.key())
                .uploadId(upload.id())
                .applyMutation(answer -> EncryptionReplies.of(begun.headers(), answer))
                .checksumAlgorithm(UploadLists.algorithm(upload))
                .checksumType(UploadLists.type(upload))
                .build();
    }

    @Override
    public UploadPartCopyResponse uploadPartCopy(UploadPartCopyRequest request) {
        return copies.copy(request);
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            CompleteMultipartUploadRequest request) {
        var completed = completion.complete(request);
        var content = completed.version().content().orElseThrow();
        var checksum = content.checksum();
        var encryption =
                Encryptions.headers(Caller.current().head(), completed.version().settings());
        return CompleteMultipartUploadResponse.builder()
                .location("/" + request.bucket() + "/" + request.key())
                .bucket(request.bucket())
                .key(request.key())
                .eTag(ETags.quoted(content.etag()))
                .applyMutation(answer -> EncryptionReplies.of(encryption, answer))
                .versionId(Replies.version(completed.bucket(), completed.version()).orElse(null))
                .checksumType(checksum.map(Replies::type).orElse(null))
                .checksumCRC32(Replies.value(checksum, ChecksumAlgorithm.CRC32))
                .checksumCRC32C(Replies.value(checksum, ChecksumAlgorithm.CRC32C))
                .checksumCRC64NVME(Replies.value(checksum, ChecksumAlgorithm.CRC64NVME))
                .checksumSHA1(Replies.value(checksum, ChecksumAlgorithm.SHA1))
                .checksumSHA256(Replies.value(checksum, ChecksumAlgorithm.SHA256))
                .build();
    }

    @Override
    public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
        var bucket = access.bucket(request.bucket());
        var key = Access.key(request.key());
        access.demand("s3:AbortMultipartUpload", bucket, key, AccessContext.NONE);
        parts.index().abortUpload(bucket.name(), key, request.uploadId());
        return AbortMultipartUploadResponse.builder().build();
    }

    @Override
    public ListPartsResponse listParts(ListPartsRequest request) {
        return lists.parts(request);
    }

    @Override
    public ListMultipartUploadsResponse listMultipartUploads(ListMultipartUploadsRequest request) {
        return lists.uploads(request);
    }
}
