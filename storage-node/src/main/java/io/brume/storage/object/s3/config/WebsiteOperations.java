package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeleteBucketWebsiteRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketWebsiteResponse;
import software.amazon.awssdk.services.s3.model.GetBucketWebsiteRequest;
import software.amazon.awssdk.services.s3.model.GetBucketWebsiteResponse;
import software.amazon.awssdk.services.s3.model.PutBucketWebsiteRequest;
import software.amazon.awssdk.services.s3.model.PutBucketWebsiteResponse;
import software.amazon.awssdk.services.s3.model.WebsiteConfiguration;

/** S3's operations on a bucket's web site. */
final class WebsiteOperations extends S3Noun {
    private final BucketCalls calls;

    WebsiteOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketWebsiteResponse putBucketWebsite(PutBucketWebsiteRequest request) {
        var bucket =
                calls.bucket("PutBucketWebsite", request.bucket(), request.expectedBucketOwner());
        WebsiteChecks.demandValid(request.websiteConfiguration());
        var document = Documents.write("WebsiteConfiguration", request.websiteConfiguration());
        calls.configure(bucket, BucketSetting.WEBSITE, Optional.of(document));
        return PutBucketWebsiteResponse.builder().build();
    }

    @Override
    public GetBucketWebsiteResponse getBucketWebsite(GetBucketWebsiteRequest request) {
        var bucket =
                calls.bucket("GetBucketWebsite", request.bucket(), request.expectedBucketOwner());
        var site =
                Documents.read(bucket, BucketSetting.WEBSITE, WebsiteConfiguration.class)
                        .orElseThrow(() ->
                                S3Faults.absent(
                                        "NoSuchWebsiteConfiguration",
                                        "The specified bucket does not have a website"
                                                + " configuration"));
        return GetBucketWebsiteResponse.builder()
                .indexDocument(site.indexDocument())
                .errorDocument(site.errorDocument())
                .redirectAllRequestsTo(site.redirectAllRequestsTo())
                .routingRules(site.hasRoutingRules() ? site.routingRules() : null)
                .build();
    }

    @Override
    public DeleteBucketWebsiteResponse deleteBucketWebsite(DeleteBucketWebsiteRequest request) {
        calls.unset(
                "DeleteBucketWebsite",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.WEBSITE);
        return DeleteBucketWebsiteResponse.builder().build();
    }
}
