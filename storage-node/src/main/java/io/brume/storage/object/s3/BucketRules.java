package io.brume.storage.object.s3;

import io.brume.storage.object.model.BucketSetting;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/** How a bucket is configured when it is made. Thread-safe. */
@FunctionalInterface
public interface BucketRules {
    /**
     * The documents that a new bucket begins with: of the ACL and the ownership that the request
     * names, and what every bucket has.
     *
     * @throws io.brume.common.aws.Fault when the request asks for what cannot be
     */
    Map<BucketSetting, String> documents(CreateBucketRequest request);
}
