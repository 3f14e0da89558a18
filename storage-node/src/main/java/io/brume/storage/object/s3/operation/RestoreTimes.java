package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.s3.Days;
import java.time.Duration;
import software.amazon.awssdk.services.s3.model.Tier;

/**
 * How long who restores has to wait, by what AWS calls tiers, and how long a day is that the copy
 * stays.
 */
public record RestoreTimes(Duration expedited, Duration standard, Duration bulk, Days days) {
    public RestoreTimes {
        requireNonNull(expedited);
        requireNonNull(standard);
        requireNonNull(bulk);
        requireNonNull(days);
    }

    Duration delay(Tier tier) {
        return switch (tier) {
            case EXPEDITED -> expedited;
            case STANDARD -> standard;
            case BULK -> bulk;
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("no tier");
        };
    }
}
