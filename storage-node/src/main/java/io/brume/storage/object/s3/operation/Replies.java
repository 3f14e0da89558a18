package io.brume.storage.object.s3.operation;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Versioning;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What answers tell of versions and checksums. */
final class Replies {
    private Replies() {}

    /** The version that an answer names: only of buckets that keep, or kept, versions. */
    static Optional<String> version(Bucket bucket, ObjectVersion version) {
        return bucket.versioning() == Versioning.OFF
                ? Optional.empty()
                : Optional.of(version.versionId().value());
    }

    static void version(Map<String, String> headers, Bucket bucket, ObjectVersion version) {
        version(bucket, version).ifPresent(id -> headers.put("x-amz-version-id", id));
    }

    static void checksum(Map<String, String> headers, ObjectChecksum checksum) {
        headers.put(checksum.algorithm().header(), checksum.base64());
        headers.put("x-amz-checksum-type", type(checksum));
    }

    static String type(ObjectChecksum checksum) {
        return checksum.composite() ? "COMPOSITE" : "FULL_OBJECT";
    }

    /** The value of a checksum, if it is of this algorithm: for the model's member of each. */
    static @Nullable String value(
            Optional<ObjectChecksum> checksum,
            io.brume.common.aws.sigv4.ChecksumAlgorithm algorithm) {
        return checksum.filter(each -> each.algorithm() == algorithm)
                .map(ObjectChecksum::base64)
                .orElse(null);
    }
}
