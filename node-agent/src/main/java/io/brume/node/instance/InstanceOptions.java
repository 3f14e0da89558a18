package io.brume.node.instance;

import java.time.Duration;

/**
 * How patient the owner of an instance is.
 *
 * @param stopWithin how long a guest that was asked to shut down may take before it is ended
 * @param firstPause after the first failure of a step; doubles with each
 * @param longestPause between two attempts
 * @param waitPause between two looks at what a start waits for, should nobody tell
 * @param parallelStarts how many guests of this host are started at the same time
 */
public record InstanceOptions(
        Duration stopWithin,
        Duration firstPause,
        Duration longestPause,
        Duration waitPause,
        int parallelStarts) {
    public InstanceOptions {
        if (!stopWithin.isPositive()
                || !firstPause.isPositive()
                || !waitPause.isPositive()
                || longestPause.compareTo(firstPause) < 0
                || parallelStarts < 1) {
            throw new IllegalArgumentException("times and counts must be positive");
        }
    }

    /** Pauses from one second to one minute. */
    public static InstanceOptions standard(Duration stopWithin, int parallelStarts) {
        return new InstanceOptions(
                stopWithin,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                parallelStarts);
    }

    Duration pauseAfter(int failures) {
        if (failures == 0) {
            return waitPause;
        }
        Duration pause = firstPause;
        for (int i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
