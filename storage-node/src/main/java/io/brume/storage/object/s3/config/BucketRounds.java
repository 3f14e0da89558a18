package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.storage.object.index.AllBuckets;
import io.brume.storage.object.index.ClassIndex;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through all buckets again and again, on whichever node leads the index, for what is done
 * with each: ends what life cycles say, writes inventories. What one round does not get to, the
 * next one does: nothing is remembered.
 */
public final class BucketRounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BucketRounds.class);
    private static final int PAGE = 100;

    /** The index of a node that leads. */
    public record Leading(ObjectIndex index, AllBuckets buckets, ClassIndex classes) {
        public Leading {
            requireNonNull(index);
            requireNonNull(buckets);
            requireNonNull(classes);
        }
    }

    private final Supplier<Optional<Leading>> leading;
    private final String name;
    private final BucketPass pass;
    private final Background background;

    /**
     * Starts at once.
     *
     * @param name of what is done, for the log
     * @param leading empty while this node does not lead
     * @param pause between two rounds
     */
    public BucketRounds(
            String name, Supplier<Optional<Leading>> leading, BucketPass pass, Duration pause) {
        this.name = requireNonNull(name);
        this.leading = requireNonNull(leading);
        this.pass = requireNonNull(pass);
        this.background = new Background(name, pause);
        background.start(this::round);
    }

    private void round() {
        leading.get().ifPresent(this::round);
    }

    private void round(Leading index) {
        var after = "";
        List<Bucket> page;
        do {
            page = page(index, after);
            for (var bucket : page) {
                pass(index, bucket);
                after = bucket.name().value();
            }
        } while (page.size() == PAGE && !background.isClosed());
    }

    private List<Bucket> page(Leading index, String after) {
        try {
            return index.buckets().allBuckets(after, PAGE);
        } catch (RuntimeException e) {
            LOG.warn("{} wait: the buckets cannot be read", name, e);
            return List.of();
        }
    }

    /** One bucket's trouble is not another's. */
    private void pass(Leading index, Bucket bucket) {
        try {
            pass.run(index, bucket);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} of {} wait for the next round", name, bucket.name(), e);
        }
    }

    /** Ends the round that is under way between two buckets, or where it waits. */
    @Override
    public void close() {
        background.close();
    }
}
