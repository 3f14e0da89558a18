package io.brume.storage.object.s3.inventory;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.s3.model.InventoryFrequency;

/** When inventories are due: with the begin of each day, or of each Sunday. */
final class InventoryPeriod {
    /** The first Sunday was three days after the first of January 1970. */
    private static final int DAYS_TO_SUNDAY = 3;

    private static final int DAYS_OF_WEEK = 7;

    private InventoryPeriod() {}

    /**
     * When the period began that some time is in.
     *
     * @param day 24 hours, but for tests
     */
    static Instant begin(InventoryFrequency frequency, Instant now, Duration day) {
        boolean weekly = frequency == InventoryFrequency.WEEKLY;
        long first = weekly ? day.toMillis() * DAYS_TO_SUNDAY : 0;
        long length = weekly ? day.toMillis() * DAYS_OF_WEEK : day.toMillis();
        long since = Math.floorMod(now.toEpochMilli() - first, length);
        return Instant.ofEpochMilli(now.toEpochMilli() - since);
    }
}
