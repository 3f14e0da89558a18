package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.s3.Authorization;
import io.brume.storage.object.s3.BucketRules;
import io.brume.storage.object.s3.ObjectRules;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.util.random.RandomGenerator;

/**
 * What the operations need from the rest of the object store.
 *
 * @param region the cloud's own
 * @param random that nobody can guess: it names uploads
 */
public record S3Parts(
        ObjectIndex index,
        ObjectData data,
        Authorization authorization,
        ObjectRules objectRules,
        BucketRules bucketRules,
        Encryptions encryptions,
        String region,
        Time time,
        RandomGenerator random) {
    public S3Parts {
        requireNonNull(index);
        requireNonNull(data);
        requireNonNull(authorization);
        requireNonNull(objectRules);
        requireNonNull(bucketRules);
        requireNonNull(encryptions);
        requireNonNull(region);
        requireNonNull(time);
        requireNonNull(random);
    }
}
