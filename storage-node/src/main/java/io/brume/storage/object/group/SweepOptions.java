package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How copies are kept right.
 *
 * @param probeEvery how often nodes that do not answer are asked whether they do
 * @param compareEvery how often names are compared though nothing has happened
 * @param retryAfter how soon after a comparison that could not be ended
 * @param collectEvery how often blobs that nobody names are looked for
 * @param unnamedFor how old those are at least
 */
public record SweepOptions(
        Duration probeEvery,
        Duration compareEvery,
        Duration retryAfter,
        Duration collectEvery,
        Duration unnamedFor) {
    /** Names are compared every ten minutes; what nobody names is kept for a day. */
    public static final SweepOptions STANDARD =
            new SweepOptions(
                    Duration.ofMillis(500),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(10),
                    Duration.ofHours(1),
                    Duration.ofDays(1));

    public SweepOptions {
        requireNonNull(probeEvery);
        requireNonNull(compareEvery);
        requireNonNull(retryAfter);
        requireNonNull(collectEvery);
        requireNonNull(unnamedFor);
    }
}
