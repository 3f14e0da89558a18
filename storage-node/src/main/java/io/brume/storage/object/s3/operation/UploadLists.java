package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.CanonicalUser;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.Initiator;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Owner;
import software.amazon.awssdk.services.s3.model.Part;

/** Lists uploads and their parts. Thread-safe. */
final class UploadLists {
    static final int PAGE = 1000;

    private final S3Parts parts;
    private final Access access;

    UploadLists(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    ListPartsResponse parts(ListPartsRequest request) {
        var bucket = access.bucket(request.bucket());
        var key = Access.key(request.key());
        access.demand("s3:ListMultipartUploadParts", bucket, key, AccessContext.NONE);
        var upload = parts.index().upload(bucket.name(), key, request.uploadId());
        int after = request.partNumberMarker() == null ? 0 : request.partNumberMarker();
        int limit = limit(request.maxParts(), "max-parts");
        var found = parts.index().parts(bucket.name(), key, upload.id(), after, limit + 1);
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        return ListPartsResponse.builder()
                .bucket(request.bucket())
                .key(request.key())
                .uploadId(upload.id())
                .partNumberMarker(after)
                .nextPartNumberMarker(page.isEmpty() ? after : page.getLast().number())
                .maxParts(limit)
                .isTruncated(more)
                .initiator(initiator(upload.owner()))
                .owner(owner(upload.owner()))
                .storageClass(upload.storageClass().name())
                .checksumAlgorithm(algorithm(upload))
                .checksumType(type(upload))
                .parts(page.stream().map(UploadLists::part).toList())
                .build();
    }

    private static Part part(UploadPart part) {
        var checksum = part.checksum();
        return Part.builder()
                .partNumber(part.number())
                .size(part.size())
                .eTag(ETags.quoted(part.etag()))
                .lastModified(part.modified())
                .checksumCRC32(Replies.value(checksum, ChecksumAlgorithm.CRC32))
                .checksumCRC32C(Replies.value(checksum, ChecksumAlgorithm.CRC32C))
                .checksumCRC64NVME(Replies.value(checksum, ChecksumAlgorithm.CRC64NVME))
                .checksumSHA1(Replies.value(checksum, ChecksumAlgorithm.SHA1))
                .checksumSHA256(Replies.value(checksum, ChecksumAlgorithm.SHA256))
                .build();
    }

    ListMultipartUploadsResponse uploads(ListMultipartUploadsRequest request) {
        var bucket = access.bucket(request.bucket());
        access.demand("s3:ListBucketMultipartUploads", bucket);
        var after = text(request.keyMarker());
        int limit = limit(request.maxUploads(), "max-uploads");
        // Without a key the marker of an upload means nothing, and S3 ignores it.
        var wanted =
                new ListRequest(
                        text(request.prefix()),
                        text(request.delimiter()),
                        after,
                        after.isEmpty() ? "" : text(request.uploadIdMarker()),
                        limit);
        var page =
                limit == 0
                        ? new ListPage<Upload>(List.of(), List.of(), false, "", "")
                        : parts.index().uploads(bucket.name(), wanted);
        var encoding = Listing.encoding(Optional.ofNullable(request.encodingTypeAsString()));
        return ListMultipartUploadsResponse.builder()
                .bucket(request.bucket())
                .prefix(encoding.apply(wanted.prefix()))
                .delimiter(request.delimiter() == null ? null : encoding.apply(request.delimiter()))
                .keyMarker(encoding.apply(after))
                .uploadIdMarker(wanted.afterId())
                .nextKeyMarker(page.more() ? encoding.apply(page.next()) : null)
                .nextUploadIdMarker(page.more() ? page.nextId() : null)
                .maxUploads(limit)
                .encodingType(request.encodingTypeAsString())
                .isTruncated(page.more())
                .uploads(
                        page.items().stream()
                                .map(upload ->
                                        MultipartUpload.builder()
                                                .key(encoding.apply(upload.key().value()))
                                                .uploadId(upload.id())
                                                .initiated(upload.initiated())
                                                .initiator(initiator(upload.owner()))
                                                .owner(owner(upload.owner()))
                                                .storageClass(upload.storageClass().name())
                                                .checksumAlgorithm(algorithm(upload))
                                                .checksumType(type(upload))
                                                .build())
                                .toList())
                .commonPrefixes(
                        page.commonPrefixes().stream()
                                .map(prefix ->
                                        CommonPrefix.builder()
                                                .prefix(encoding.apply(prefix))
                                                .build())
                                .toList())
                .build();
    }

    static @Nullable String algorithm(Upload upload) {
        return upload.checksum().map(ChecksumAlgorithm::name).orElse(null);
    }

    static @Nullable String type(Upload upload) {
        return upload.checksum().isEmpty()
                ? null
                : upload.composite() ? "COMPOSITE" : "FULL_OBJECT";
    }

    private static int limit(@Nullable Integer wanted, String name) {
        return wanted == null ? PAGE : Listing.limit(wanted, name);
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    private static Owner owner(AccountId account) {
        return Owner.builder().id(CanonicalUser.id(account)).build();
    }

    private static Initiator initiator(AccountId account) {
        return Initiator.builder().id(CanonicalUser.id(account)).build();
    }
}
