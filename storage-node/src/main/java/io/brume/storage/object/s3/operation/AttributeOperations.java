package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Checksum;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesParts;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;

/** What is known of an object, without the object. */
public final class AttributeOperations extends S3Noun {
    private final S3Parts parts;
    private final Access access;

    public AttributeOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    @Override
    public GetObjectAttributesResponse getObjectAttributes(GetObjectAttributesRequest request) {
        var bucket = access.bucket(request.bucket());
        var key = Access.key(request.key());
        var id = Access.version(request.versionId());
        var found = parts.index().find(bucket.name(), key, id);
        var context = AccessContext.of(found);
        boolean named = id.isPresent();
        access.demand(named ? "s3:GetObjectVersion" : "s3:GetObject", bucket, key, context);
        access.demand(
                named ? "s3:GetObjectVersionAttributes" : "s3:GetObjectAttributes",
                bucket,
                key,
                context);
        if (found.isEmpty() || (!named && found.get().isDeleteMarker())) {
            throw access.absent(bucket, named ? S3Faults.noSuchVersion() : S3Faults.noSuchKey());
        }
        var version = found.get();
        var content = version.content().orElseThrow(S3Faults::methodNotAllowed);
        var _ = parts.encryptions().reading(Caller.current().head(), bucket, version);
        var wanted = EnumSet.noneOf(ObjectAttributes.class);
        wanted.addAll(request.objectAttributes());
        if (wanted.isEmpty() || wanted.contains(ObjectAttributes.UNKNOWN_TO_SDK_VERSION)) {
            throw S3Faults.invalidArgument("Invalid attribute name specified.");
        }
        var response =
                GetObjectAttributesResponse.builder()
                        // as a header, which has no room for more
                        .lastModified(version.modified().truncatedTo(ChronoUnit.SECONDS))
                        .versionId(Replies.version(bucket, version).orElse(null));
        if (wanted.contains(ObjectAttributes.E_TAG)) {
            response.eTag(content.etag());
        }
        if (wanted.contains(ObjectAttributes.OBJECT_SIZE)) {
            response.objectSize(content.size());
        }
        if (wanted.contains(ObjectAttributes.STORAGE_CLASS)) {
            response.storageClass(content.storageClass().name());
        }
        if (wanted.contains(ObjectAttributes.CHECKSUM)) {
            content.checksum().ifPresent(checksum -> response.checksum(checksum(checksum)));
        }
        if (wanted.contains(ObjectAttributes.OBJECT_PARTS) && !content.parts().isEmpty()) {
            response.objectParts(parts(content, request));
        }
        return response.build();
    }

    private static Checksum checksum(ObjectChecksum checksum) {
        var given = Optional.of(checksum);
        return Checksum.builder()
                .checksumCRC32(Replies.value(given, ChecksumAlgorithm.CRC32))
                .checksumCRC32C(Replies.value(given, ChecksumAlgorithm.CRC32C))
                .checksumCRC64NVME(Replies.value(given, ChecksumAlgorithm.CRC64NVME))
                .checksumSHA1(Replies.value(given, ChecksumAlgorithm.SHA1))
                .checksumSHA256(Replies.value(given, ChecksumAlgorithm.SHA256))
                .checksumType(Replies.type(checksum))
                .build();
    }

    private static GetObjectAttributesParts parts(
            ObjectContent content, GetObjectAttributesRequest request) {
        int marker = request.partNumberMarker() == null ? 0 : request.partNumberMarker();
        int limit =
                request.maxParts() == null
                        ? ListRequest.MAX_LIMIT
                        : Listing.limit(request.maxParts(), "max-parts");
        var after = content.parts().stream().filter(part -> part.number() > marker).toList();
        var page = after.size() > limit ? after.subList(0, limit) : after;
        var algorithm = content.checksum().map(ObjectChecksum::algorithm).orElse(null);
        return GetObjectAttributesParts.builder()
                .totalPartsCount(content.parts().size())
                .partNumberMarker(marker)
                .maxParts(limit)
                .isTruncated(page.size() < after.size())
                .nextPartNumberMarker(page.isEmpty() ? marker : page.getLast().number())
                .parts(page.stream().map(part -> part(part, algorithm)).toList())
                .build();
    }

    private static ObjectPart part(PartSummary part, @Nullable ChecksumAlgorithm algorithm) {
        var entry = ObjectPart.builder().partNumber(part.number()).size(part.size());
        if (algorithm != null && part.checksum().isPresent()) {
            var value = part.checksum().get();
            switch (algorithm) {
                case CRC32 -> entry.checksumCRC32(value);
                case CRC32C -> entry.checksumCRC32C(value);
                case CRC64NVME -> entry.checksumCRC64NVME(value);
                case SHA1 -> entry.checksumSHA1(value);
                case SHA256 -> entry.checksumSHA256(value);
                case MD5 -> throw new IllegalStateException("MD5 is no object's checksum");
            }
        }
        return entry.build();
    }
}
