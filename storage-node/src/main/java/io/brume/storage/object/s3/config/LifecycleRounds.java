package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.common.time.Time;
import io.brume.storage.object.archive.Recast;
import io.brume.storage.object.index.AllBuckets;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through all buckets again and again and ends what their life cycles say, on whichever node
 * leads the index. What one round does not get to, the next one does: nothing is remembered.
 */
public final class LifecycleRounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LifecycleRounds.class);
    private static final int PAGE = 100;

    /** The index of a node that leads. */
    public record Leading(ObjectIndex index, AllBuckets buckets, Recast recast) {
        public Leading {
            requireNonNull(index);
            requireNonNull(buckets);
            requireNonNull(recast);
        }
    }

    private final Supplier<Optional<Leading>> leading;
    private final Time time;
    private final Duration day;
    private final Background background;

    /**
     * Starts at once.
     *
     * @param leading empty while this node does not lead
     * @param day 24 hours, but for tests
     * @param pause between two rounds
     */
    public LifecycleRounds(
            Supplier<Optional<Leading>> leading, Time time, Duration day, Duration pause) {
        this.leading = requireNonNull(leading);
        this.time = requireNonNull(time);
        this.day = requireNonNull(day);
        this.background = new Background("life cycles", pause);
        background.start(this::round);
    }

    private void round() {
        leading.get().ifPresent(this::round);
    }

    private void round(Leading index) {
        var pass = new LifecyclePass(index.index(), index.recast(), time, day);
        var after = "";
        List<Bucket> page;
        do {
            page = page(index, after);
            for (var bucket : page) {
                pass(pass, bucket);
                after = bucket.name().value();
            }
        } while (page.size() == PAGE && !background.isClosed());
    }

    private static List<Bucket> page(Leading index, String after) {
        try {
            return index.buckets().allBuckets(after, PAGE);
        } catch (RuntimeException e) {
            LOG.warn("Life cycles wait: the buckets cannot be read", e);
            return List.of();
        }
    }

    /** One bucket's trouble is not another's. */
    private static void pass(LifecyclePass pass, Bucket bucket) {
        try {
            var done = pass.run(bucket);
            if (!done.isNothing()) {
                LOG.info("Life cycle of {}: {}", bucket.name(), done);
            }
        } catch (RuntimeException e) {
            LOG.warn("The life cycle of {} waits for the next round", bucket.name(), e);
        }
    }

    /** Ends the round that is under way between two buckets, or where it waits. */
    @Override
    public void close() {
        background.close();
    }
}
