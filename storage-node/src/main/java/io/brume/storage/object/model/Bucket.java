package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket with its settings.
 *
 * @param number never used again: a bucket that is made anew under a name is another one
 * @param region the location constraint it was made with
 * @param documents what was configured
 */
public record Bucket(
        BucketName name,
        long number,
        AccountId owner,
        Instant created,
        String region,
        Versioning versioning,
        boolean objectLock,
        Map<BucketSetting, String> documents) {
    public Bucket {
        requireNonNull(name);
        requireNonNull(owner);
        requireNonNull(created);
        requireNonNull(region);
        requireNonNull(versioning);
        documents = Map.copyOf(documents);
    }

    /** What was configured, as it was. */
    public Optional<String> document(BucketSetting setting) {
        return Optional.ofNullable(documents.get(setting));
    }
}
