package io.brume.storage.object.s3.config;

import io.brume.common.aws.Fault;
import io.brume.common.policy.ActionPattern;
import io.brume.common.policy.MalformedPolicyException;
import io.brume.common.policy.Policy;
import io.brume.common.policy.PolicyKind;
import io.brume.common.policy.Statement;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Bucket policies: what of them S3 accepts, and those in use, read once. Thread-safe. */
final class BucketPolicies {
    private static final int REMEMBERED = 256;
    private static final Set<String> ACTIONS = S3Actions.all();

    /** By their document; the one that was not used for longest goes first. */
    private final Map<String, Policy> read =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Policy> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** A bucket's policy; empty when it has none. */
    Optional<Policy> of(Bucket bucket) {
        return bucket.document(BucketSetting.POLICY).map(this::read);
    }

    private Policy read(String document) {
        synchronized (read) {
            var known = read.get(document);
            if (known != null) {
                return known;
            }
        }
        var policy = Policy.parse(document, PolicyKind.RESOURCE, Policy.MAX_BYTES_OF_BUCKET);
        synchronized (read) {
            read.put(document, policy);
        }
        return policy;
    }

    /**
     * Reads what is to become a bucket's policy.
     *
     * @throws Fault MalformedPolicy
     */
    static Policy checked(String document, BucketName bucket) {
        try {
            var policy = Policy.parse(document, PolicyKind.RESOURCE, Policy.MAX_BYTES_OF_BUCKET);
            policy.statements().forEach(statement -> demandValid(statement, bucket));
            return policy;
        } catch (MalformedPolicyException malformed) {
            throw Fault.invalid("MalformedPolicy", malformed.reason());
        }
    }

    private static void demandValid(Statement statement, BucketName bucket) {
        var resources = statement.resources().orElseThrow();
        var arn = "arn:aws:s3:::" + bucket;
        boolean meansBucket = false;
        boolean meansObjects = false;
        for (var resource : resources.patterns()) {
            var source = resource.source();
            boolean exactly = source.equals(arn);
            boolean objects = source.startsWith(arn + "/");
            boolean both = reaches(source, arn);
            if (!exactly && !objects && !both) {
                throw new MalformedPolicyException("Policy has invalid resource");
            }
            meansBucket |= exactly || both;
            meansObjects |= objects || both;
        }
        for (var pattern : statement.actions().patterns()) {
            boolean anyBucket = resources.negated() || meansBucket;
            boolean anyObject = resources.negated() || meansObjects;
            demandValid(pattern, statement.actions().negated(), anyBucket, anyObject);
        }
        statement
                .conditions()
                .forEach(condition -> {
                    if (!S3Context.isKey(condition.key())) {
                        throw new MalformedPolicyException("Policy has an invalid condition key");
                    }
                });
    }

    /** Whether a pattern whose first wildcard comes before the end of the bucket's ARN meets it. */
    private static boolean reaches(String source, String arn) {
        int star = source.indexOf('*');
        int mark = source.indexOf('?');
        int wild = star < 0 ? mark : mark < 0 ? star : Math.min(star, mark);
        return wild >= 0 && wild <= arn.length() && arn.startsWith(source.substring(0, wild));
    }

    private static void demandValid(
            ActionPattern pattern, boolean negated, boolean anyBucket, boolean anyObject) {
        var meant = ACTIONS.stream().filter(pattern::matches).toList();
        if (meant.isEmpty()) {
            throw new MalformedPolicyException("Policy has invalid action");
        }
        boolean applies =
                meant.stream()
                        .anyMatch(action -> S3Actions.isOnObjects(action) ? anyObject : anyBucket);
        if (!negated && !applies) {
            throw new MalformedPolicyException(
                    "Action does not apply to any resource(s) in statement");
        }
    }
}
