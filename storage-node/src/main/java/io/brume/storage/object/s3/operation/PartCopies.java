package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/** Parts that are copied from objects. Thread-safe. */
final class PartCopies {
    private final S3Parts parts;
    private final Access access;
    private final Intake intake;

    PartCopies(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
        this.intake = new Intake(parts.data());
    }

    UploadPartCopyResponse copy(UploadPartCopyRequest request) {
        var name = CopySource.Name.of(request);
        var bucket = access.bucket(request.destinationBucket());
        var key = Access.key(request.destinationKey());
        int number = PartPuts.number(String.valueOf(request.partNumber()));
        var head = Caller.current().head();
        ObjectHeaders.demandBuilt(head);
        access.demand("s3:PutObject", bucket, key, AccessContext.NONE);
        var upload = parts.index().upload(bucket.name(), key, request.uploadId());
        var plan = parts.encryptions().planned(head, bucket, key, upload.settings());
        var source = CopySource.find(parts, access, name);
        var range =
                request.copySourceRange() == null
                        ? new ByteRange(0, source.content().size())
                        : ByteRange.ofCopy(request.copySourceRange(), source.content().size());
        CopyOperations.demandSize(range.length());
        var claim = new BlobClaim(bucket.number(), key, Optional.of(upload.id()));
        var stored = store(upload, source, range, plan, claim);
        var part =
                new UploadPart(
                        number,
                        stored.size(),
                        stored.etag(),
                        Optional.of(stored.checksum()),
                        parts.time().now(),
                        stored.blobs());
        intake.commit(
                stored,
                () -> {
                    parts.index().putPart(bucket.name(), key, upload.id(), part);
                    return part;
                });
        return UploadPartCopyResponse.builder()
                .copySourceVersionId(source.versionShown().orElse(null))
                .copyPartResult(result(part))
                .applyMutation(answer -> EncryptionReplies.of(plan.headers(), answer))
                .build();
    }

    private Stored store(
            Upload upload,
            CopySource source,
            ByteRange range,
            Encryptions.Plan plan,
            BlobClaim claim) {
        try {
            return intake.copy(
                    claim,
                    range.length(),
                    source.read(parts, range),
                    upload.checksum().orElse(ChecksumChoice.USUAL),
                    plan,
                    upload.storageClass());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CopyPartResult result(UploadPart part) {
        var checksum = part.checksum();
        return CopyPartResult.builder()
                .eTag(ETags.quoted(part.etag()))
                .lastModified(part.modified())
                .checksumCRC32(Replies.value(checksum, ChecksumAlgorithm.CRC32))
                .checksumCRC32C(Replies.value(checksum, ChecksumAlgorithm.CRC32C))
                .checksumCRC64NVME(Replies.value(checksum, ChecksumAlgorithm.CRC64NVME))
                .checksumSHA1(Replies.value(checksum, ChecksumAlgorithm.SHA1))
                .checksumSHA256(Replies.value(checksum, ChecksumAlgorithm.SHA256))
                .build();
    }
}
