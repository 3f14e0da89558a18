package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The last change of a volume's configuration.
 *
 * @param since the store's revision before it was asked for
 * @param completed when its guest could see it; empty while it is under way
 */
public record Modification(
        VolumeConfiguration from,
        VolumeConfiguration to,
        Instant started,
        long since,
        Optional<Instant> completed) {
    public Modification {
        requireNonNull(from);
        requireNonNull(to);
        requireNonNull(started);
        requireNonNull(completed);
    }

    public boolean grows() {
        return to.sizeGib() > from.sizeGib();
    }

    public Modification completed(Instant now) {
        return new Modification(from, to, started, since, Optional.of(now));
    }
}
