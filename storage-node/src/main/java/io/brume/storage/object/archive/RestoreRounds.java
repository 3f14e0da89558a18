package io.brume.storage.object.archive;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.common.time.Time;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.ClassIndex;
import io.brume.storage.object.index.DueRestore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the copies that were asked for when their time has come, and gives them up when it is over,
 * on whichever node leads the index. What fails is tried again in the next round.
 */
public final class RestoreRounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreRounds.class);
    private static final int PAGE = 100;

    private final Supplier<Optional<ClassIndex>> leading;
    private final ObjectData data;
    private final Time time;
    private final Background background;

    /**
     * Starts at once.
     *
     * @param leading empty while this node does not lead
     * @param pause between two rounds
     */
    public RestoreRounds(
            Supplier<Optional<ClassIndex>> leading, ObjectData data, Time time, Duration pause) {
        this.leading = requireNonNull(leading);
        this.data = requireNonNull(data);
        this.time = requireNonNull(time);
        this.background = new Background("restorations", pause);
        background.start(this::round);
    }

    private void round() {
        leading.get().ifPresent(this::round);
    }

    private void round(ClassIndex index) {
        try {
            Recast recast = new Recast(index, data);
            List<DueRestore> page;
            int failed;
            do {
                failed = 0;
                page = index.dueRestores(time.now(), PAGE);
                for (DueRestore restore : page) {
                    failed += isDone(recast, restore) ? 0 : 1;
                }
            } while (page.size() == PAGE && failed == 0 && !background.isClosed());
        } catch (RuntimeException e) {
            LOG.warn("restorations wait: {}", e.toString());
        }
    }

    /** One object's trouble is not another's. */
    private boolean isDone(Recast recast, DueRestore restore) {
        if (background.isClosed()) {
            return false;
        }
        try {
            recast.goOn(restore);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "{} is not restored yet: {}",
                    restore.place().version().object().key(),
                    e.toString());
            return false;
        }
    }

    /** Waits for the copy that it is at. */
    @Override
    public void close() {
        background.close();
    }
}
