package io.brume.storage.block;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.LargeWrites.LargeWrite;
import io.brume.storage.block.journal.Journal;
import io.brume.storage.block.journal.JournalRecord;
import io.brume.storage.block.journal.JournalVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A replica in files: checks what is asked, and hands it to the part that does it. Three locks,
 * taken in this order: that of {@link ReplicaChanges} orders changes, and is never held while
 * waiting for the applier; {@code applying} is held by whoever writes segments; the view's is held
 * for look-ups.
 */
final class DiskReplica implements Replica {
    private final ReplicaIdentity identity;
    private final Journal journal;
    private final JournalVolume volume;
    private final Segments segments;
    private final ReplicaChunks chunks;
    private final ReplicaView view;
    private final ReplicaReader reader;
    private final ReplicaApplier applier;
    private final ReplicaChanges changes;
    private final SharedView shared;
    private final ReentrantLock applying = new ReentrantLock();
    private volatile boolean deleted;

    DiskReplica(
            ReplicaIdentity identity,
            Journal journal,
            Segments segments,
            ReplicaChunks chunks,
            Space space,
            BlockStoreParts parts) {
        this.identity = identity;
        this.journal = journal;
        this.volume = new JournalVolume(identity.number());
        this.segments = segments;
        this.view = new ReplicaView(volume);
        this.chunks = chunks;
        this.reader = new ReplicaReader(view, segments, journal, chunks, applying, parts.random());
        this.shared =
                new SharedView(
                        view,
                        journal,
                        identity.folder(),
                        parts.options().segment(),
                        parts.sharedKibibytes(),
                        parts.random());
        this.applier =
                new ReplicaApplier(view, segments, journal, chunks, applying, parts.applyBuffer());
        this.changes =
                new ReplicaChanges(
                        journal,
                        volume,
                        view,
                        applier,
                        segments,
                        chunks,
                        space,
                        parts.options().inPlace(),
                        this::check);
    }

    @Override
    public String volumeId() {
        return identity.volumeId();
    }

    @Override
    public long sizeBytes() {
        return identity.sizeBytes();
    }

    @Override
    public long epoch() {
        return identity.epoch();
    }

    @Override
    public long lastSequence() {
        return changes.lastSequence();
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

    @Override
    public List<Long> damaged(int most) throws ReplicaException {
        check();
        try {
            return Arrays.stream(reader.damaged())
                    .limit(most)
                    .mapToObj(block -> block * Blocks.BLOCK)
                    .toList();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    JournalVolume volume() {
        return volume;
    }

    private void check() throws ReplicaException {
        if (deleted) {
            throw new ReplicaException(BlockStatus.NOT_HERE, volumeId() + " was removed");
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
                    BlockStatus.BAD_REQUEST, length + " bytes at " + offset + " of " + volumeId());
        }
    }

    private static void checkLength(long length) throws ReplicaException {
        if (length > Blocks.MOST_DATA) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, length + " bytes at once");
        }
    }

    private ReplicaException failure(IOException cause) {
        return new ReplicaException(
                BlockStatus.IO_ERROR, volumeId() + ": " + cause.getMessage(), cause);
    }

    @Override
    public void raise(long epoch) throws ReplicaException {
        check();
        try {
            if (!identity.raise(epoch)) {
                throw new ReplicaException(
                        BlockStatus.STALE_EPOCH,
                        epoch + " is older than " + epoch() + " of " + volumeId());
            }
            changes.awaitAll();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void resize(long sizeBytes) throws ReplicaException {
        check();
        if (sizeBytes % Blocks.BLOCK != 0 || sizeBytes < sizeBytes()) {
            throw new ReplicaException(
                    BlockStatus.BAD_REQUEST, volumeId() + " cannot become " + sizeBytes + " bytes");
        }
        try {
            identity.grow(sizeBytes);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public boolean read(long offset, int length, ByteBuffer into) throws ReplicaException {
        return read(offset, length, into, false);
    }

    @Override
    public boolean scrub(long offset, int length, ByteBuffer room) throws ReplicaException {
        return read(offset, length, room, true);
    }

    private boolean read(long offset, int length, ByteBuffer into, boolean fully)
            throws ReplicaException {
        check(offset, length);
        checkLength(length);
        try {
            return reader.read(offset / Blocks.BLOCK, length / Blocks.BLOCK, into, fully);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void write(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws ReplicaException {
        Optional<Begun> begun = begin(sequence, offset, sums, bytes);
        if (begun.isPresent()) {
            begun.get().finish();
        }
    }

    @Override
    public Optional<Begun> begin(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws ReplicaException {
        int length = bytes.remaining();
        check(offset, length);
        checkLength(length);
        verify(sums, bytes);
        try {
            LargeWrite write = changes.begin(sequence, offset, sums, bytes);
            return write == null ? Optional.empty() : Optional.of(() -> finish(write));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void finish(LargeWrite write) throws ReplicaException {
        try {
            changes.finish(write);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void awaitChanges() throws ReplicaException {
        try {
            changes.awaitAll();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void verify(ByteBuffer sums, ByteBuffer bytes) throws ReplicaException {
        int start = bytes.position();
        int count = bytes.remaining() / Blocks.BLOCK;
        if (sums.remaining() != count * Long.BYTES) {
            throw new ReplicaException(BlockStatus.BAD_REQUEST, "not a sum for each block");
        }
        for (int i = 0; i < count; i++) {
            // All of it is compared when the block is read.
            if (!Blocks.passes(bytes, sums.getLong(sums.position() + i * Long.BYTES))) {
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
        try {
            changes.zero(sequence, offset, length, keepAllocated);
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
            changes.cut(sequence, snapshotId);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void flush() throws ReplicaException {
        check();
        try {
            changes.flush();
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

    @Override
    public Optional<DirectAccess> share(long epoch) {
        return deleted ? Optional.empty() : shared.show(epoch, sizeBytes());
    }

    @Override
    public void unshare() {
        shared.end();
    }

    /** Does again what a record of the journal says. */
    void replay(JournalRecord record) {
        changes.replay(record, chunks.volume().cutSequence());
    }

    /** After the journal was replayed. */
    void recovered() {
        changes.recovered();
    }

    /**
     * Applies what the journal has from before a place, and makes it durable. For the applying
     * thread.
     */
    void apply(long before) throws IOException {
        // Whoever appended before that place, or writes in place, has told the view once it is
        // ours.
        Layer[] layers = changes.settledLayers();
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
        unshare();
        // None begins any more, and one that fails because of us would end the store.
        try {
            changes.awaitAll();
        } catch (IOException e) {
            if (journal.failure() != null) {
                throw e;
            }
            // One has waited for space that it does not need any more.
        }
        applying.lock();
        try {
            segments.close();
        } finally {
            applying.unlock();
        }
    }

    void close() throws IOException {
        unshare();
        segments.close();
    }
}
