package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.s3.CanonicalUser;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Owner;

/** Lists of versions. */
public final class VersionOperations extends S3Noun {
    private final S3Parts parts;
    private final Access access;

    public VersionOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    @Override
    public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
        var bucket = access.bucket(request.bucket());
        access.demand("s3:ListBucketVersions", bucket);
        var wanted = wanted(request);
        var page =
                wanted.limit() == 0
                        ? new ListPage<ListedVersion>(List.of(), List.of(), false, "", "")
                        : parts.index().listVersions(bucket.name(), wanted);
        var encoding = Listing.encoding(Optional.ofNullable(request.encodingTypeAsString()));
        var versions = new ArrayList<ObjectVersion>();
        var markers = new ArrayList<DeleteMarkerEntry>();
        for (var listed : page.items()) {
            if (listed.version().isDeleteMarker()) {
                markers.add(marker(listed, encoding));
            } else {
                versions.add(version(listed, encoding));
            }
        }
        return ListObjectVersionsResponse.builder()
                .name(request.bucket())
                .prefix(encoding.apply(wanted.prefix()))
                .delimiter(request.delimiter() == null ? null : encoding.apply(request.delimiter()))
                .keyMarker(encoding.apply(wanted.after()))
                .versionIdMarker(wanted.afterId())
                .maxKeys(wanted.limit())
                .encodingType(request.encodingTypeAsString())
                .isTruncated(page.more())
                .nextKeyMarker(page.more() ? encoding.apply(page.next()) : null)
                .nextVersionIdMarker(page.more() && !page.nextId().isEmpty() ? page.nextId() : null)
                .versions(versions)
                .deleteMarkers(markers)
                .commonPrefixes(
                        page.commonPrefixes().stream()
                                .map(prefix ->
                                        CommonPrefix.builder()
                                                .prefix(encoding.apply(prefix))
                                                .build())
                                .toList())
                .build();
    }

    private static ListRequest wanted(ListObjectVersionsRequest request) {
        var after = text(request.keyMarker());
        var afterId = text(request.versionIdMarker());
        if (after.isEmpty() && !afterId.isEmpty()) {
            throw S3Faults.invalidArgument(
                    "A version-id marker cannot be specified without a key marker.");
        }
        Access.version(afterId.isEmpty() ? null : afterId);
        int limit =
                request.maxKeys() == null
                        ? ListRequest.MAX_LIMIT
                        : Listing.limit(request.maxKeys(), "max-keys");
        return new ListRequest(
                text(request.prefix()), text(request.delimiter()), after, afterId, limit);
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    private static ObjectVersion version(ListedVersion listed, UnaryOperator<String> encoding) {
        var version = listed.version();
        var content = version.content().orElseThrow();
        var entry =
                ObjectVersion.builder()
                        .key(encoding.apply(version.key().value()))
                        .versionId(version.versionId().value())
                        .isLatest(listed.latest())
                        .lastModified(version.modified())
                        .eTag(ETags.quoted(content.etag()))
                        .size(content.size())
                        .storageClass(content.storageClass().name())
                        .owner(Owner.builder().id(CanonicalUser.id(version.owner())).build());
        content.checksum()
                .ifPresent(checksum ->
                        entry.checksumAlgorithmWithStrings(checksum.algorithm().name())
                                .checksumType(Replies.type(checksum)));
        return entry.build();
    }

    private static DeleteMarkerEntry marker(ListedVersion listed, UnaryOperator<String> encoding) {
        var version = listed.version();
        return DeleteMarkerEntry.builder()
                .key(encoding.apply(version.key().value()))
                .versionId(version.versionId().value())
                .isLatest(listed.latest())
                .lastModified(version.modified())
                .owner(Owner.builder().id(CanonicalUser.id(version.owner())).build())
                .build();
    }
}
