package io.brume.storage.block;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.ReplicaFile;
import io.brume.storage.block.journal.Journal;
import io.brume.storage.block.journal.JournalRecord;
import io.brume.storage.block.journal.JournalVolume;
import io.brume.storage.block.journal.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A replica in files. Three locks, taken in this order: {@code changes} orders changes, and is
 * never held while waiting for the applier; {@code applying} is held by whoever writes segments;
 * the view's is held for look-ups.
 */
final class DiskReplica implements Replica {
    /** Longer zeroings are kept as a range. */
    private static final int MOST_SINGLE = 1024;

    /** Cuts that may wait to be made before the next one waits. */
    private static final int MOST_CUTS = 8;

    private static final long PAUSE_NANOS = 2_000_000;

    private final ReplicaFolder folder;
    private final Journal journal;
    private final JournalVolume volume;
    private final Segments segments;
    private final ReplicaChunks chunks;
    private final Space space;
    private final ReplicaView view;
    private final ReplicaReader reader;
    private final ReplicaApplier applier;
    private final ReentrantLock changes = new ReentrantLock();
    private final ReentrantLock applying = new ReentrantLock();
    private final Object identity = new Object();
    private final String volumeId;
    private volatile ReplicaFile file;
    private volatile long lastSequence;
    private volatile boolean deleted;

    /** The place of the newest INTENT whose bytes are in the segment. */
    private volatile long inPlaceBefore = -1;

    private final int inPlace;

    DiskReplica(
            ReplicaFolder folder,
            ReplicaFile file,
            Journal journal,
            Segments segments,
            ReplicaChunks chunks,
            Space space,
            BlockStoreParts parts) {
        this.folder = folder;
        this.file = file;
        this.volumeId = file.getVolumeId();
        this.journal = journal;
        this.volume = new JournalVolume(file.getNumber());
        this.segments = segments;
        this.space = space;
        this.inPlace = parts.options().inPlace();
        this.view = new ReplicaView(volume);
        this.chunks = chunks;
        this.reader = new ReplicaReader(view, segments, journal, chunks, applying, parts.random());
        this.applier =
                new ReplicaApplier(view, segments, journal, chunks, applying, parts.applyBuffer());
    }

    @Override
    public String volumeId() {
        return volumeId;
    }

    @Override
    public long sizeBytes() {
        return file.getSizeBytes();
    }

    @Override
    public long epoch() {
        return file.getEpoch();
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    @Override
    public boolean isSuspect() {
        return segments.suspectBlocks() > 0;
    }

    @Override
    public List<String> cuts() {
        List<String> all = new ArrayList<>(chunks.snapshots());
        all.addAll(unappliedCuts());
        return List.copyOf(new TreeSet<>(all));
    }

    /** Snapshots whose cut is in the journal only. */
    List<String> unappliedCuts() {
        List<String> found = new ArrayList<>();
        for (Layer layer : view.layers()) {
            Layer.Cut cut = layer.cut();
            if (cut != null) {
                found.add(cut.snapshotId());
            }
        }
        return found;
    }

    /** Whether chunks of snapshots are not safe yet. */
    boolean isPreserving() {
        return chunks.volume().hasPending() || !view.isUncut();
    }

    @Override
    public Optional<String> failure() {
        return journal.failure() == null
                ? Optional.empty()
                : Optional.of("this node's disk has failed");
    }

    @Override
    public long storedBytes() {
        return segments.storedBytes();
    }

    @Override
    public long corruptBlocks() {
        return reader.corruptBlocks();
    }

    JournalVolume volume() {
        return volume;
    }

    private void check() throws ReplicaException {
        if (deleted) {
            throw new ReplicaException(BlockStatus.NOT_HERE, volumeId + " was removed");
        }
        IOException failure = journal.failure();
        if (failure != null) {
            throw new ReplicaException(
                    BlockStatus.IO_ERROR, "this node's disk has failed", failure);
        }
    }

    private void check(long offset, long length) throws ReplicaException {
        check();
        if (offset < 0
                || length <= 0
                || (offset | length) % Blocks.BLOCK != 0
                || offset > sizeBytes() - length) {
            throw new ReplicaException(
                    BlockStatus.BAD_REQUEST, length + " bytes at " + offset + " of " + volumeId);
        }
    }

    private static void checkLength(long length) throws ReplicaException {
        if (length > Blocks.MOST_DATA) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, length + " bytes at once");
        }
    }

    private ReplicaException failure(IOException cause) {
        return new ReplicaException(
                BlockStatus.IO_ERROR, volumeId + ": " + cause.getMessage(), cause);
    }

    @Override
    public void raise(long epoch) throws ReplicaException {
        check();
        synchronized (identity) {
            if (epoch < file.getEpoch()) {
                throw new ReplicaException(
                        BlockStatus.STALE_EPOCH,
                        epoch + " is older than " + file.getEpoch() + " of " + volumeId);
            }
            if (epoch > file.getEpoch()) {
                save(file.toBuilder().setEpoch(epoch).build());
            }
        }
    }

    @Override
    public void resize(long sizeBytes) throws ReplicaException {
        check();
        if (sizeBytes % Blocks.BLOCK != 0 || sizeBytes < sizeBytes()) {
            throw new ReplicaException(
                    BlockStatus.BAD_REQUEST, volumeId + " cannot become " + sizeBytes + " bytes");
        }
        synchronized (identity) {
            if (sizeBytes > file.getSizeBytes()) {
                save(file.toBuilder().setSizeBytes(sizeBytes).build());
            }
        }
    }

    private void save(ReplicaFile changed) throws ReplicaException {
        try {
            folder.save(changed);
            file = changed;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public boolean read(long offset, int length, ByteBuffer into) throws ReplicaException {
        check(offset, length);
        checkLength(length);
        try {
            return reader.read(offset / Blocks.BLOCK, length / Blocks.BLOCK, into);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void write(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws ReplicaException {
        int length = bytes.remaining();
        check(offset, length);
        checkLength(length);
        verify(sums, bytes);
        try {
            while (true) {
                changes.lock();
                try {
                    if (isThere(sequence)) {
                        return;
                    }
                    if (!space.takes(length)) {
                        throw new ReplicaException(BlockStatus.NO_SPACE, "the disk is full");
                    }
                    if (append(sequence, offset, sums, bytes)) {
                        lastSequence = Math.max(lastSequence, sequence);
                        return;
                    }
                } finally {
                    changes.unlock();
                }
                journal.awaitRoom();
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Writes in one of the two ways; false when the journal has no room. */
    private boolean append(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws IOException {
        int length = bytes.remaining();
        long block = offset / Blocks.BLOCK;
        if (length >= inPlace && applier.mayWriteInPlace(block, length / Blocks.BLOCK)) {
            long place =
                    journal.append(volume, RecordKind.INTENT, sequence, offset, length, sums, null);
            if (place == Journal.NO_ROOM) {
                return false;
            }
            try {
                journal.sync(journal.appended());
                applier.writeInPlace(block, sums, bytes);
            } catch (IOException e) {
                throw journal.fail(e);
            }
            inPlaceBefore = place;
            return true;
        }
        long place = journal.append(volume, RecordKind.DATA, sequence, offset, length, sums, bytes);
        if (place == Journal.NO_ROOM) {
            return false;
        }
        space.accepted(length);
        view.write(block, sums, place);
        return true;
    }

    /** Whether a change was made before. A repair (0) is done as often as it is asked for. */
    private boolean isThere(long sequence) throws ReplicaException {
        check();
        return sequence != 0 && sequence <= lastSequence;
    }

    private void verify(ByteBuffer sums, ByteBuffer bytes) throws ReplicaException {
        int start = bytes.position();
        int count = bytes.remaining() / Blocks.BLOCK;
        if (sums.remaining() != count * Long.BYTES) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, "not a sum for each block");
        }
        for (int i = 0; i < count; i++) {
            if (Blocks.sum(bytes) != sums.getLong(sums.position() + i * Long.BYTES)) {
                throw new ReplicaException(
                        BlockStatus.BAD_SUM, "block " + i + " is not what its sum says");
            }
        }
        bytes.position(start);
    }

    @Override
    public void zero(long sequence, long offset, long length, boolean keepAllocated)
            throws ReplicaException {
        check(offset, length);
        long from = offset / Blocks.BLOCK;
        long to = from + length / Blocks.BLOCK;
        boolean single = to - from <= MOST_SINGLE;
        RecordKind kind = keepAllocated ? RecordKind.ZERO_ALLOCATED : RecordKind.ZERO;
        try {
            while (true) {
                changes.lock();
                try {
                    if (isThere(sequence)) {
                        return;
                    }
                    if (single || !view.isFullOfRanges()) {
                        long place =
                                journal.append(volume, kind, sequence, offset, length, null, null);
                        if (place != Journal.NO_ROOM) {
                            view.zero(from, to, Place.zero(place, keepAllocated), single);
                            lastSequence = Math.max(lastSequence, sequence);
                            return;
                        }
                    }
                } finally {
                    changes.unlock();
                }
                if (!single && view.isFullOfRanges()) {
                    journal.finishFile();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                journal.awaitRoom();
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void cut(long sequence, String snapshotId) throws ReplicaException {
        check();
        if (sequence <= 0) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, "a cut is a numbered change");
        }
        if (!snapshotId.matches("[a-z0-9][a-z0-9-]{0,63}")) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, "not the id of a snapshot");
        }
        try {
            while (!tryCut(sequence, snapshotId)) {
                journal.wake();
                LockSupport.parkNanos(PAUSE_NANOS);
                journal.awaitRoom();
            }
            journal.sync(journal.appended());
            journal.wake();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Makes durable what was written in place and answered before. */
    private void flushInPlace() throws IOException {
        long done = inPlaceBefore;
        try {
            segments.forceInPlace();
        } catch (IOException e) {
            throw journal.fail(e);
        }
        volume.settle(done + 1);
    }

    /** False when the journal has no room, or too many cuts are still to be made. */
    private boolean tryCut(long sequence, String snapshotId) throws IOException, ReplicaException {
        ByteBuffer id = JournalRecord.padded(snapshotId);
        changes.lock();
        try {
            if (isThere(sequence)) {
                return true;
            }
            if (view.layers().length > MOST_CUTS) {
                return false;
            }
            // First, so that a snapshot that the journal knows never has a block that was in
            // flight.
            flushInPlace();
            long place =
                    journal.append(volume, RecordKind.CUT, sequence, 0, id.capacity(), id, null);
            if (place == Journal.NO_ROOM) {
                return false;
            }
            view.cut(new Layer.Cut(snapshotId, sequence));
            lastSequence = sequence;
            return true;
        } finally {
            changes.unlock();
        }
    }

    @Override
    public void flush() throws ReplicaException {
        check();
        try {
            flushInPlace();
            journal.sync(journal.appended());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void digests(long offset, long length, ByteBuffer into) throws ReplicaException {
        check(offset, length);
        if (offset % Blocks.CHUNK != 0) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, "not a whole chunk");
        }
        try {
            reader.digests(offset / Blocks.BLOCK, length / Blocks.BLOCK, into);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void sums(long offset, int length, ByteBuffer into) throws ReplicaException {
        check(offset, length);
        try {
            reader.sums(offset / Blocks.BLOCK, length / Blocks.BLOCK, into);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public List<Extent> extents(long offset, long length, int most) throws ReplicaException {
        check(offset, length);
        try {
            return reader.extents(offset / Blocks.BLOCK, length / Blocks.BLOCK, most);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void adopt(long offset, long length) throws ReplicaException {
        check(offset, length);
        try {
            reader.adopt(offset / Blocks.BLOCK, length / Blocks.BLOCK);
        } catch (IOException e) {
            throw failure(journal.fail(e));
        }
    }

    /** Does again what a record of the journal says. */
    void replay(JournalRecord record) {
        long block = record.offset() / Blocks.BLOCK;
        long count = record.length() / Blocks.BLOCK;
        switch (record.kind()) {
            case DATA -> view.write(block, record.sums(), record.payloadPlace());
            case INTENT -> view.intend(block, record.sums(), record.payloadPlace());
            case ZERO, ZERO_ALLOCATED ->
                    view.zero(
                            block,
                            block + count,
                            Place.zero(
                                    record.payloadPlace(),
                                    record.kind() == RecordKind.ZERO_ALLOCATED),
                            count <= MOST_SINGLE);
            case CUT -> {
                if (record.sequence() <= chunks.volume().cutSequence()) {
                    // All before it is in the segments, and what it was to keep is kept.
                    view.dropAll();
                } else {
                    view.cut(new Layer.Cut(record.name(), record.sequence()));
                }
            }
            case STATE, END -> {}
        }
    }

    /** After the journal was replayed. */
    void recovered() {
        lastSequence = volume.sequence();
    }

    /**
     * Applies what the journal has from before a place, and makes it durable. For the applying
     * thread.
     */
    void apply(long before) throws IOException {
        // Whoever appended before that place, or writes in place, has told the view once it is
        // ours.
        Layer[] layers;
        changes.lock();
        try {
            layers = view.layers();
        } finally {
            changes.unlock();
        }
        if (deleted) {
            return;
        }
        try {
            for (int i = 0; i < layers.length - 1; i++) {
                applyCut(layers[i]);
            }
            applier.apply(layers[layers.length - 1], before);
        } catch (IOException | RuntimeException e) {
            if (!deleted) {
                throw e;
            }
        }
    }

    /** Makes the cuts that wait. For the applying thread. */
    void applyCuts() throws IOException {
        if (!view.isUncut()) {
            apply(0);
        }
    }

    private void applyCut(Layer layer) throws IOException {
        journal.syncIfBegun();
        applier.apply(layer, Long.MAX_VALUE);
        Layer.Cut cut = layer.cut();
        if (cut != null) {
            chunks.cut(cut, sizeBytes());
        }
        view.dropOldest();
    }

    /** Preserves some chunks; whether more wait. For the applying thread. */
    boolean preserveSome() throws IOException {
        if (deleted) {
            return false;
        }
        try {
            return chunks.preserveSome();
        } catch (IOException | RuntimeException e) {
            if (deleted) {
                return false;
            }
            throw e;
        }
    }

    /** Ends it; its files are closed. */
    void remove() throws IOException {
        deleted = true;
        applying.lock();
        try {
            segments.close();
        } finally {
            applying.unlock();
        }
    }

    void close() throws IOException {
        segments.close();
    }
}
