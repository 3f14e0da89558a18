package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketAccelerateStatus;
import software.amazon.awssdk.services.s3.model.GetBucketAccelerateConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAccelerateConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketRequestPaymentRequest;
import software.amazon.awssdk.services.s3.model.GetBucketRequestPaymentResponse;
import software.amazon.awssdk.services.s3.model.Payer;
import software.amazon.awssdk.services.s3.model.PutBucketAccelerateConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketAccelerateConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketRequestPaymentRequest;
import software.amazon.awssdk.services.s3.model.PutBucketRequestPaymentResponse;

/**
 * S3's operations on how a bucket's traffic travels and who pays for it: as everybody's does, and
 * its owner.
 */
final class TransferOperations extends S3Noun {
    private final BucketCalls calls;

    TransferOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public GetBucketAccelerateConfigurationResponse getBucketAccelerateConfiguration(
            GetBucketAccelerateConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketAccelerateConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        return GetBucketAccelerateConfigurationResponse.builder()
                .status(
                        bucket.document(BucketSetting.ACCELERATE)
                                .map(_ -> BucketAccelerateStatus.SUSPENDED)
                                .orElse(null))
                .build();
    }

    @Override
    public PutBucketAccelerateConfigurationResponse putBucketAccelerateConfiguration(
            PutBucketAccelerateConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "PutBucketAccelerateConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        if (request.accelerateConfiguration().status() == null) {
            throw S3Faults.malformedXml();
        }
        var document =
                Documents.write("AccelerateConfiguration", request.accelerateConfiguration());
        if (request.accelerateConfiguration().status() == BucketAccelerateStatus.ENABLED) {
            throw S3Faults.notImplemented("Transfer acceleration");
        }
        calls.configure(bucket, BucketSetting.ACCELERATE, Optional.of(document));
        return PutBucketAccelerateConfigurationResponse.builder().build();
    }

    @Override
    public GetBucketRequestPaymentResponse getBucketRequestPayment(
            GetBucketRequestPaymentRequest request) {
        calls.bucket("GetBucketRequestPayment", request.bucket(), request.expectedBucketOwner());
        return GetBucketRequestPaymentResponse.builder().payer(Payer.BUCKET_OWNER).build();
    }

    @Override
    public PutBucketRequestPaymentResponse putBucketRequestPayment(
            PutBucketRequestPaymentRequest request) {
        calls.bucket("PutBucketRequestPayment", request.bucket(), request.expectedBucketOwner());
        Schema.demandKnownWords(request.requestPaymentConfiguration());
        if (request.requestPaymentConfiguration().payer() == Payer.REQUESTER) {
            throw S3Faults.notImplemented("Payment by the requester");
        }
        return PutBucketRequestPaymentResponse.builder().build();
    }
}
