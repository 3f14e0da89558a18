package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.common.time.Time;
import io.brume.storage.block.Pace;
import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.blob.NoSuchBlobException;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.scrub.ScrubFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads every blob of this node and holds it against its sums, at a bounded rate; a
 * restart goes on where it was. What is damaged is mended by {@link GroupSweep}.
 */
public final class CopyScrubber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyScrubber.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int PAGE = 256;

    private final DiskBlobs blobs;
    private final Wanted wanted;
    private final Tally tally;
    private final ScrubFile file;
    private final Duration every;
    private final Pace pace;
    private final Time time;
    private final Background background = new Background("copy scrubber", LOOK_EVERY);

    /**
     * Works at once.
     *
     * @param file where it keeps how far it is
     * @param every the least time between the begins of two rounds
     */
    public CopyScrubber(GroupedData data, Path file, Duration every, Pace pace, Time time) {
        this.blobs = data.local();
        this.wanted = data.wanted();
        this.tally = data.tally();
        this.file = new ScrubFile(file);
        this.every = requireNonNull(every);
        this.pace = requireNonNull(pace);
        this.time = requireNonNull(time);
        background.start(this::scrubWhenDue);
    }

    private void scrubWhenDue() throws IOException, InterruptedException {
        ScrubFile.Round round = file.read();
        Instant now = time.now();
        if (round.finished()) {
            if (!round.isDue(now, every)) {
                return;
            }
            round = new ScrubFile.Round(now, "", false);
            file.write(round);
        }
        BlobId last = parse(round.done());
        for (int group : blobs.groups().toArray()) {
            BlobId first = new BlobId((long) group << 48, 0);
            BlobId after = last.compareTo(first) > 0 ? last : first;
            if (last.group() <= group) {
                scrub(group, after, round.began());
            }
        }
        if (!background.isClosed()) {
            file.write(new ScrubFile.Round(round.began(), "", true));
            tally.scrubs.increment();
        }
    }

    private static BlobId parse(String name) {
        return name.length() != 32
                ? new BlobId(0, 0)
                : new BlobId(
                        Long.parseUnsignedLong(name, 0, 16, 16),
                        Long.parseUnsignedLong(name, 16, 32, 16));
    }

    private void scrub(int group, BlobId from, Instant began)
            throws IOException, InterruptedException {
        BlobId last = from;
        for (List<BlobId> page = blobs.names(group, last, PAGE);
                !page.isEmpty() && !background.isClosed();
                page = blobs.names(group, last, PAGE)) {
            for (BlobId id : page) {
                scrub(id);
                if (background.isClosed()) {
                    return;
                }
            }
            last = page.getLast();
            file.write(new ScrubFile.Round(began, last.toString(), false));
        }
    }

    private void scrub(BlobId id) throws InterruptedException {
        long bytes = 0;
        try {
            bytes = blobs.verify(id);
        } catch (NoSuchBlobException e) {
            // It was deleted meanwhile.
        } catch (DamagedBlobException e) {
            tally.damaged.increment();
            LOG.error("{}", e.getMessage());
            wanted.add(id);
        } catch (IOException e) {
            tally.damaged.increment();
            LOG.error("{} cannot be read", id, e);
            wanted.add(id);
        }
        tally.scrubbedBytes.add(bytes);
        var _ = background.pause(pace.use(bytes + 4096));
    }

    /** Waits for what it is at. */
    @Override
    public void close() {
        background.close();
    }
}
