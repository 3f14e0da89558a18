package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.util.Optional;

/**
 * What one instance needs.
 *
 * @param zone the availability zone it must be in
 * @param architecture {@code x86_64} or {@code arm64}
 * @param preferred the host that it was on before: taken when it suits
 */
public record Demand(
        String zone, String architecture, Resources resources, Optional<NodeId> preferred) {
    public Demand {
        requireNonNull(zone);
        requireNonNull(architecture);
        requireNonNull(resources);
        requireNonNull(preferred);
    }
}
