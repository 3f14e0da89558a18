package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import software.amazon.awssdk.services.s3.model.DeleteBucketReplicationRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketReplicationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketReplicationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketReplicationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketReplicationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketReplicationResponse;

/**
 * S3's operations on what is delivered elsewhere of what happens in a bucket: notifications and
 * replicas. Nothing is yet, so that only the empty configuration can be set.
 */
final class DeliveryOperations extends S3Noun {
    private final BucketCalls calls;

    DeliveryOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public GetBucketNotificationConfigurationResponse getBucketNotificationConfiguration(
            GetBucketNotificationConfigurationRequest request) {
        calls.bucket(
                "GetBucketNotificationConfiguration",
                request.bucket(),
                request.expectedBucketOwner());
        return GetBucketNotificationConfigurationResponse.builder().build();
    }

    @Override
    public PutBucketNotificationConfigurationResponse putBucketNotificationConfiguration(
            PutBucketNotificationConfigurationRequest request) {
        calls.bucket(
                "PutBucketNotificationConfiguration",
                request.bucket(),
                request.expectedBucketOwner());
        var wanted = request.notificationConfiguration();
        if (wanted.eventBridgeConfiguration() != null) {
            throw S3Faults.notImplemented("EventBridge");
        }
        if (!wanted.queueConfigurations().isEmpty()
                || !wanted.topicConfigurations().isEmpty()
                || !wanted.lambdaFunctionConfigurations().isEmpty()) {
            // there is no queue, topic or function in this cloud that it could name
            throw S3Faults.invalidArgument(
                    "Unable to validate the following destination configurations");
        }
        return PutBucketNotificationConfigurationResponse.builder().build();
    }

    @Override
    public GetBucketReplicationResponse getBucketReplication(GetBucketReplicationRequest request) {
        calls.bucket("GetBucketReplication", request.bucket(), request.expectedBucketOwner());
        throw S3Faults.absent(
                "ReplicationConfigurationNotFoundError",
                "The replication configuration was not found");
    }

    @Override
    public PutBucketReplicationResponse putBucketReplication(PutBucketReplicationRequest request) {
        calls.bucket("PutBucketReplication", request.bucket(), request.expectedBucketOwner());
        throw S3Faults.notImplemented("Replication to another bucket");
    }

    @Override
    public DeleteBucketReplicationResponse deleteBucketReplication(
            DeleteBucketReplicationRequest request) {
        calls.bucket("DeleteBucketReplication", request.bucket(), request.expectedBucketOwner());
        return DeleteBucketReplicationResponse.builder().build();
    }
}
