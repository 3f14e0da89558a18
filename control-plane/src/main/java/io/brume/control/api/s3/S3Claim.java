package io.brume.control.api.s3;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.control.api.gateway.GatewayRoute.Claim;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells which requests are S3's. Who signs says so in the signature's scope; of strangers, S3 gets
 * what names a path or a bucket's host and no other service: browsers, presigned URLs of old
 * clients, CORS preflights. Immutable.
 *
 * @param domains names under which the store is reached
 * @param others whether another service claims a request without a signature
 */
public record S3Claim(List<String> domains, Predicate<HttpCall> others) {
    private static final String SERVICE = "s3";

    public S3Claim {
        domains = domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
    }

    /** How sure it is that a request is S3's. */
    public Claim of(HttpCall head) {
        var scope = SigV4Verifier.claimedScope(head);
        if (scope.isPresent()) {
            return scope.get().service().equals(SERVICE) ? Claim.SURELY : Claim.NONE;
        }
        var authorization = head.header("authorization");
        if (authorization != null) {
            boolean ours =
                    authorization.startsWith("AWS ")
                            || authorization.contains("/" + SERVICE + "/aws4_request");
            return ours ? Claim.SURELY : Claim.NONE;
        }
        return head.query().contains("AWSAccessKeyId=") ? Claim.SURELY : strangers(head);
    }

    private Claim strangers(HttpCall head) {
        if (head.header("x-amz-target") != null || head.header("smithy-protocol") != null) {
            return Claim.NONE;
        }
        if (isOfBucket(head.header("host"))) {
            return Claim.SURELY;
        }
        boolean names =
                head.path().equals("/") ? head.method().equals("OPTIONS") : !others.test(head);
        return names ? Claim.UNLESS_A_PAGE : Claim.NONE;
    }

    /** Whether a host's name is a bucket before one of the domains. */
    private boolean isOfBucket(@Nullable String host) {
        if (host == null) {
            return false;
        }
        int colon = host.lastIndexOf(':');
        var name =
                (colon < 0 || host.endsWith("]") ? host : host.substring(0, colon))
                        .toLowerCase(Locale.ROOT);
        return domains.stream()
                .anyMatch(domain ->
                        name.length() > domain.length() + 1 && name.endsWith("." + domain));
    }
}
