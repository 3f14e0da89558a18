package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import java.util.Map;
import software.amazon.awssdk.services.s3control.S3ControlClient;
import software.amazon.awssdk.services.s3control.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.s3control.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.s3control.model.Tag;
import software.amazon.awssdk.services.s3control.model.TagResourceRequest;
import software.amazon.awssdk.services.s3control.model.TagResourceResponse;
import software.amazon.awssdk.services.s3control.model.UntagResourceRequest;
import software.amazon.awssdk.services.s3control.model.UntagResourceResponse;

/** The operations of the service S3 Control on the tags of a bucket, which it names by its ARN. */
public final class ControlTags implements S3ControlClient {
    private static final String ARN = "arn:aws:s3:::";
    private static final String PATH = "/v20180820/";

    private final BucketCalls calls;

    ControlTags(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    /**
     * Whether a request is for S3 Control, which shares its name in signatures with S3. No bucket's
     * request has both the path and the header.
     */
    public static boolean isMeant(HttpCall head) {
        return head.path().startsWith(PATH) && head.header("x-amz-account-id") != null;
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        var bucket = bucket("s3:ListTagsForResource", request.resourceArn(), request.accountId());
        return ListTagsForResourceResponse.builder()
                .tags(
                        BucketTags.of(bucket).entrySet().stream()
                                .map(tag ->
                                        Tag.builder()
                                                .key(tag.getKey())
                                                .value(tag.getValue())
                                                .build())
                                .toList())
                .build();
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        var bucket = bucket("s3:TagResource", request.resourceArn(), request.accountId());
        var tags = BucketTags.of(bucket);
        tags.putAll(
                BucketTags.checked(
                        request.tags().stream()
                                .map(tag ->
                                        software.amazon.awssdk.services.s3.model.Tag.builder()
                                                .key(tag.key())
                                                .value(tag.value())
                                                .build())
                                .toList()));
        set(bucket, tags);
        return TagResourceResponse.builder().build();
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        var bucket = bucket("s3:UntagResource", request.resourceArn(), request.accountId());
        var tags = BucketTags.of(bucket);
        request.tagKeys().forEach(tags::remove);
        set(bucket, tags);
        return UntagResourceResponse.builder().build();
    }

    private Bucket bucket(String action, String arn, String account) {
        if (!arn.startsWith(ARN) || arn.contains("/")) {
            throw S3Faults.notImplemented("Tagging of anything but buckets");
        }
        return calls.allowed(action, arn.substring(ARN.length()), account);
    }

    private void set(Bucket bucket, Map<String, String> tags) {
        BucketTags.demandFew(tags);
        calls.configure(bucket, BucketSetting.TAGGING, BucketTags.document(tags));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing of its own.
    }
}
