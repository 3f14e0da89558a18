package io.brume.storage.object.s3.config;

import io.brume.common.time.Time;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.s3.Authorization;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.util.List;

/** All operations on the configuration of buckets and objects, put together. */
public final class BucketConfiguration {
    private BucketConfiguration() {}

    /** Handlers for the service {@code s3}, one a noun. */
    public static List<S3Noun> nouns(
            ObjectIndex index, Authorization authorization, Encryptions encryptions, Time time) {
        var calls = new BucketCalls(index, authorization);
        return List.of(
                new PolicyOperations(calls),
                new PublicAccessOperations(calls),
                new AclOperations(calls),
                new OwnershipOperations(calls),
                new VersioningOperations(calls),
                new EncryptionOperations(calls, encryptions),
                new LifecycleOperations(calls),
                new CorsOperations(calls),
                new WebsiteOperations(calls),
                new BucketTagOperations(calls),
                new LoggingOperations(calls, index),
                new DeliveryOperations(calls),
                new AnalysisOperations(calls),
                new InventoryOperations(calls, index, encryptions),
                new TransferOperations(calls),
                new ObjectLockOperations(calls, time));
    }

    /** The handler for the service {@code s3control}. */
    public static ControlTags control(ObjectIndex index, Authorization authorization) {
        return new ControlTags(new BucketCalls(index, authorization));
    }
}
