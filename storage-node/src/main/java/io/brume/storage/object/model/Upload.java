package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An upload in parts that has begun.
 *
 * @param id 32 to 128 letters and digits
 * @param checksum the algorithm that the parts are to have; empty = none was named
 * @param composite whether the object's checksum is made of those of its parts
 */
public record Upload(
        ObjectKey key,
        String id,
        AccountId owner,
        Instant initiated,
        StorageClass storageClass,
        Optional<ChecksumAlgorithm> checksum,
        boolean composite,
        Map<String, String> headers,
        Map<String, String> tags,
        Map<ObjectSetting, String> settings) {
    public Upload {
        requireNonNull(key);
        requireNonNull(id);
        requireNonNull(owner);
        requireNonNull(initiated);
        requireNonNull(storageClass);
        requireNonNull(checksum);
        headers = Map.copyOf(headers);
        tags = Map.copyOf(tags);
        settings = Map.copyOf(settings);
    }
}
