package io.brume.common.aws.sigv4;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a front door demands of a signature's scope.
 *
 * @param dialect how it words a refusal
 * @param services signing names it answers to, for example {@code s3} and {@code s3express}
 * @param regions regions it answers to, its own first; a global service adds {@code us-east-1}
 */
public record Realm(Dialect dialect, List<String> services, List<String> regions) {
    public Realm {
        requireNonNull(dialect);
        services = List.copyOf(services);
        regions = List.copyOf(regions);
        if (services.isEmpty() || regions.isEmpty()) {
            throw new IllegalArgumentException("a realm has a service and a region");
        }
    }
}
