package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds at a start what the disk has. One thread. */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final BlobTable table;
    private final Segments segments;
    private final Deaths deaths;
    private final OwnFiles own;
    private final List<Unsealed> unsealed = new ArrayList<>();
    private long[] dead = new long[0];

    /** A segment that is to be sealed. */
    record Unsealed(SegmentFile segment, SegmentNames names) {}

    Opening(BlobTable table, Segments segments, Deaths deaths, OwnFiles own) {
        this.table = table;
        this.segments = segments;
        this.deaths = deaths;
        this.own = own;
    }

    /** Fills the table; gives what was still being written. */
    List<Unsealed> open() throws IOException {
        dead = deaths.open();
        for (int number : segments.stored()) {
            segments.used(number);
            load(number);
        }
        own.open(this::ownFile);
        try {
            deaths.add(List.of());
        } catch (NoSpaceException e) {
            LOG.warn("the disk is full: {}", e.getMessage());
        }
        return unsealed;
    }

    private void load(int number) throws IOException {
        try (BlockFile file = segments.files().open(segments.path(number))) {
            SegmentFile.Sealed sealed = SegmentFile.Sealed.read(file);
            if (sealed != null && sealed.head().number() == number) {
                add(sealed.head(), sealed.names(), sealed.end(), true);
            } else {
                scan(number, file);
            }
        }
    }

    private void scan(int number, BlockFile file) throws IOException {
        SegmentFile.Head head = SegmentFile.readHead(file);
        if (head != null && head.number() != number) {
            head = null;
        }
        SegmentScan.Records records = SegmentScan.read(file, number, head);
        if (records.names().size() == 0) {
            segments.files().delete(segments.path(number));
            return;
        }
        // After a kill it may be in memory only.
        file.force();
        long begun = head == null ? 0 : head.begunMillis();
        var all = new SegmentFile.Head(number, records.secret(), begun);
        SegmentFile segment = add(all, records.names(), records.end(), false);
        unsealed.add(new Unsealed(segment, records.names()));
    }

    private SegmentFile add(SegmentFile.Head head, SegmentNames names, long end, boolean sealed) {
        SegmentFile segment =
                new SegmentFile(
                        segments.files(),
                        segments.path(head.number()),
                        head.number(),
                        head.secret(),
                        head.begunMillis(),
                        end,
                        sealed);
        segments.add(segment);
        for (int i = 0; i < names.size(); i++) {
            if (Arrays.binarySearch(dead, names.location(i)) < 0) {
                segment.live.addAndGet(Location.size(names.location(i)));
                put(names.id(i), names.location(i));
            }
        }
        return segment;
    }

    private void ownFile(BlobId id, long length) throws IOException {
        long before = table.get(id);
        if (before != 0 && Location.isOwnFile(before)) {
            own.delete(List.of(new Blob(id, Location.length(before))));
            table.replace(id, before, 0);
        }
        put(id, Location.ownFile(length));
    }

    /** Of two copies the newer one stays: it was made since the older one was damaged, or moved. */
    private void put(BlobId id, long location) {
        long before = table.get(id);
        table.replace(id, before, location);
        if (before != 0) {
            segments.dead(before);
            deaths.addLater(before);
        }
    }
}
