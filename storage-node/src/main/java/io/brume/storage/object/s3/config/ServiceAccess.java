package io.brume.storage.object.s3.config;

import io.brume.common.policy.AccessRequest;
import io.brume.common.policy.Context;
import io.brume.common.policy.Evaluation;
import io.brume.common.policy.Principal;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a bucket's policy lets the cloud's own services do. */
final class ServiceAccess {
    private static final BucketPolicies POLICIES = new BucketPolicies();

    private ServiceAccess() {}

    /**
     * What is said of a service that puts an object on behalf of a bucket.
     *
     * @param service {@code logging.s3.amazonaws.com}
     */
    static Evaluation put(String service, Bucket source, Bucket target, ObjectKey key) {
        var context =
                Context.of(
                        Map.of(
                                "aws:SourceAccount", List.of(source.owner().value()),
                                "aws:SourceArn", List.of("arn:aws:s3:::" + source.name()),
                                "s3:x-amz-acl", List.of("bucket-owner-full-control")));
        var request =
                new AccessRequest(
                        new Principal("", Set.of(), Set.of(service), Set.of(), Set.of()),
                        "s3:PutObject",
                        "arn:aws:s3:::" + target.name() + "/" + key.value(),
                        context);
        return POLICIES.of(target)
                .map(policy -> policy.evaluate(request))
                .orElse(Evaluation.IMPLICIT_DENY);
    }
}
