package io.brume.control.api.gateway;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.SigV4Verifier;

/** What a caller is told when the cloud has too much to do; AWS's clients then try again. */
final class Overload {
    private Overload() {}

    static Fault fault(HttpCall head) {
        var service = SigV4Verifier.claimedScope(head).map(scope -> scope.service()).orElse("");
        return switch (service) {
            case "ec2" ->
                    Fault.of(
                            Fault.Category.UNAVAILABLE,
                            "RequestLimitExceeded",
                            "Request limit exceeded.");
            case "s3" ->
                    Fault.of(
                            Fault.Category.UNAVAILABLE,
                            "SlowDown",
                            "Please reduce your request rate.");
            default ->
                    Fault.of(
                            Fault.Category.UNAVAILABLE,
                            "ServiceUnavailable",
                            "The service is handling too many requests. Please try again.");
        };
    }
}
