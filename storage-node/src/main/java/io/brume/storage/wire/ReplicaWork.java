package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the request of a connection asks of a replica, checked and done. Whatever a replica throws
 * becomes a status. Not thread-safe, but for {@link #flush} and {@link #finish}.
 */
final class ReplicaWork {
    /** The most extents of an answer. */
    static final int MOST_EXTENTS = 4096;

    /** The most damaged blocks of an answer. */
    static final int MOST_DAMAGED = 512;

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaWork.class);
    private static final int EXTENT_BYTES = 8;
    private static final Pattern SNAPSHOT_ID = Pattern.compile("[a-z0-9-]{1,64}");

    private final RequestFrame frame;
    private final BlockCounters counters;

    // Two views of a payload, kept as long as payloads come in the same buffer.
    private @Nullable ByteBuffer viewed;
    private ByteBuffer sums = ByteBuffer.allocate(0);
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private Optional<Replica.Begun> begun = Optional.empty();

    ReplicaWork(RequestFrame frame, BlockCounters counters) {
        this.frame = requireNonNull(frame);
        this.counters = requireNonNull(counters);
    }

    /**
     * Makes a change: WRITE, ZERO, CUT, RESIZE or ADOPT.
     *
     * @param mayBegin whether a write need only begin; then {@link #takeBegun} gives what is left
     */
    BlockStatus change(Replica replica, ByteBuffer payload, int at, boolean mayBegin) {
        try {
            return switch (frame.operation()) {
                case WRITE -> write(replica, payload, at, mayBegin);
                case ZERO -> zero(replica);
                case CUT -> cut(replica, payload, at);
                case RESIZE -> resize(replica);
                case ADOPT -> adopt(replica);
                case OPEN, READ, FLUSH, DIGESTS, SUMS, EXTENTS, DAMAGED ->
                        throw new IllegalStateException(frame.operation() + " changes nothing");
            };
        } catch (ReplicaException e) {
            return failed(replica, e);
        } catch (RuntimeException e) {
            return failed(replica, e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // The buffer itself: its content is another each time.
    private BlockStatus write(Replica replica, ByteBuffer payload, int at, boolean mayBegin)
            throws ReplicaException {
        int length = frame.length();
        int sumBytes = length / Blocks.BLOCK * Long.BYTES;
        if (length > Blocks.MOST_DATA
                || !frame.isWithin(replica.sizeBytes(), Blocks.BLOCK)
                || frame.payload() != sumBytes + length) {
            return BlockStatus.BAD_REQUEST;
        }
        if (viewed != payload || mayBegin) {
            viewed = payload;
            sums = payload.duplicate();
            bytes = payload.duplicate();
        }
        sums.limit(at + sumBytes).position(at);
        bytes.limit(at + sumBytes + length).position(at + sumBytes);
        if (mayBegin) {
            begun = replica.begin(frame.sequence(), frame.offset(), sums, bytes);
        } else {
            replica.write(frame.sequence(), frame.offset(), sums, bytes);
        }
        counters.wrote(length);
        return BlockStatus.OK;
    }

    /** What is left to be done of the write that has begun last. */
    Optional<Replica.Begun> takeBegun() {
        Optional<Replica.Begun> taken = begun;
        begun = Optional.empty();
        return taken;
    }

    /** Finishes a write. Thread-safe: it does not look at the request. */
    BlockStatus finish(Replica replica, Replica.Begun write) {
        try {
            write.finish();
            return BlockStatus.OK;
        } catch (ReplicaException e) {
            return failed(replica, e);
        } catch (RuntimeException e) {
            return failed(replica, e);
        }
    }

    private BlockStatus zero(Replica replica) throws ReplicaException {
        if (!frame.isWithin(replica.sizeBytes(), Blocks.BLOCK)) {
            return BlockStatus.BAD_REQUEST;
        }
        replica.zero(frame.sequence(), frame.offset(), frame.length(), frame.isKeepAllocated());
        return BlockStatus.OK;
    }

    private BlockStatus cut(Replica replica, ByteBuffer payload, int at) throws ReplicaException {
        byte[] text = new byte[frame.payload()];
        payload.get(at, text);
        String snapshotId = new String(text, StandardCharsets.UTF_8);
        if (!SNAPSHOT_ID.matcher(snapshotId).matches()) {
            return BlockStatus.BAD_REQUEST;
        }
        replica.cut(frame.sequence(), snapshotId);
        return BlockStatus.OK;
    }

    private BlockStatus resize(Replica replica) throws ReplicaException {
        if (frame.offset() < replica.sizeBytes() || frame.offset() % Blocks.BLOCK != 0) {
            return BlockStatus.BAD_REQUEST;
        }
        if (frame.offset() > replica.sizeBytes()) {
            replica.resize(frame.offset());
        }
        return BlockStatus.OK;
    }

    private BlockStatus adopt(Replica replica) throws ReplicaException {
        if (!frame.isWithin(replica.sizeBytes(), Blocks.BLOCK)) {
            return BlockStatus.BAD_REQUEST;
        }
        replica.adopt(frame.offset(), frame.length());
        return BlockStatus.OK;
    }

    /** The most bytes that the answer to a question has; -1 = not served. */
    long mostToTell(Replica replica) {
        Operation operation = frame.operation();
        if (operation == Operation.DAMAGED) {
            return MOST_DAMAGED * (long) Long.BYTES;
        }
        int unit = operation == Operation.DIGESTS ? Blocks.CHUNK : Blocks.BLOCK;
        if (!frame.isWithin(replica.sizeBytes(), unit)) {
            return -1;
        }
        long units = (frame.length() + (long) unit - 1) / unit;
        return switch (operation) {
            case READ ->
                    frame.length() > Blocks.MOST_DATA ? -1 : units * Long.BYTES + frame.length();
            case DIGESTS, SUMS -> units * Long.BYTES;
            case EXTENTS -> Math.min(units, MOST_EXTENTS) * EXTENT_BYTES;
            case OPEN, WRITE, ZERO, FLUSH, CUT, RESIZE, ADOPT, DAMAGED ->
                    throw new IllegalStateException(operation + " tells nothing");
        };
    }

    /**
     * Answers READ, DIGESTS, SUMS, EXTENTS or DAMAGED at the buffer's position, which is moved on.
     */
    BlockStatus tell(Replica replica, ByteBuffer into) {
        try {
            switch (frame.operation()) {
                case READ -> read(replica, into);
                case DIGESTS -> replica.digests(frame.offset(), frame.length(), into);
                case SUMS -> replica.sums(frame.offset(), frame.length(), into);
                case EXTENTS -> {
                    for (Replica.Extent each :
                            replica.extents(frame.offset(), frame.length(), MOST_EXTENTS)) {
                        into.putInt(Math.toIntExact(each.length())).putInt(each.data() ? 0 : 1);
                    }
                }
                case DAMAGED -> replica.damaged(MOST_DAMAGED).forEach(into::putLong);
                case OPEN, WRITE, ZERO, FLUSH, CUT, RESIZE, ADOPT ->
                        throw new IllegalStateException(frame.operation() + " tells nothing");
            }
            return BlockStatus.OK;
        } catch (ReplicaException e) {
            return failed(replica, e);
        } catch (RuntimeException e) {
            return failed(replica, e);
        }
    }

    private void read(Replica replica, ByteBuffer into) throws ReplicaException {
        int start = into.position();
        if (replica.read(frame.offset(), frame.length(), into)) {
            counters.read(frame.length());
        } else {
            into.position(start);
        }
    }

    /** Thread-safe: it does not look at the request. */
    BlockStatus flush(Replica replica) {
        try {
            replica.flush();
            counters.flushed();
            return BlockStatus.OK;
        } catch (ReplicaException e) {
            return failed(replica, e);
        } catch (RuntimeException e) {
            return failed(replica, e);
        }
    }

    private static BlockStatus failed(Replica replica, ReplicaException failure) {
        switch (failure.status()) {
            case IO_ERROR, CORRUPT ->
                    LOG.warn(
                            "{}: {}: {}",
                            replica.volumeId(),
                            failure.status(),
                            failure.getMessage());
            case OK, STALE_EPOCH, NO_SPACE, BAD_REQUEST, NOT_HERE, BAD_SUM, SHORT_OF_SEQUENCE ->
                    LOG.debug(
                            "{}: {}: {}",
                            replica.volumeId(),
                            failure.status(),
                            failure.getMessage());
        }
        return failure.status() == BlockStatus.OK ? BlockStatus.IO_ERROR : failure.status();
    }

    private static BlockStatus failed(Replica replica, RuntimeException failure) {
        LOG.error("{}: a request failed", replica.volumeId(), failure);
        return BlockStatus.IO_ERROR;
    }
}
