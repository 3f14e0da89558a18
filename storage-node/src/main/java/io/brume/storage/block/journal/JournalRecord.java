package io.brume.storage.block.journal;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record's head: 72 bytes, and for some kinds the sums of the blocks; then comes the payload. A
 * record begins at a multiple of 8.
 *
 * <pre>
 *  0 u32 magic      4 u8 kind     5..7 0
 *  8 u64 place      where in the log it is: number of the file * size of a file + position
 * 16 u64 durable    all before this place was fsync'ed when the record was made
 * 24 u64 volume    32 u64 sequence   40 u64 offset   48 u64 length
 * 56 u64 settled    see {@link JournalVolume#settled()}
 * 64 u32 payload    bytes that follow the sums
 * 68 u32 CRC-32C of the 68 bytes before, and the sums
 * </pre>
 *
 * @param place of the record
 * @param sums of the blocks; for a cut, the name; or empty
 */
public record JournalRecord(
        RecordKind kind,
        long place,
        long durable,
        long volume,
        long sequence,
        long offset,
        long length,
        long settled,
        int payload,
        ByteBuffer sums) {
    static final int HEAD = 72;
    static final int MOST_SUMS = Blocks.MOST_DATA / Blocks.BLOCK * Long.BYTES;
    private static final int MAGIC = 0x42524A52;
    private static final int CHECKED = 68;

    /** A name that is in a record, padded with zeros; bytes. */
    private static final int MOST_NAME = 256;

    /** A name as a record has it, in the place of sums: what checks the head checks it, too. */
    public static ByteBuffer padded(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer padded = ByteBuffer.allocate((bytes.length + Long.BYTES) / 8 * 8);
        return padded.put(0, bytes);
    }

    /** The name of a {@link RecordKind#CUT}. */
    public String name() {
        return StandardCharsets.UTF_8.decode(sums.duplicate()).toString().replace("\0", "");
    }

    /** Where its payload is. */
    public long payloadPlace() {
        return place + HEAD + sums.capacity();
    }

    /** Where the next record begins. */
    long next() {
        return place + size(sums.capacity(), payload);
    }

    static long size(int sumBytes, int payload) {
        return HEAD + sumBytes + ((payload + 7L) & ~7L);
    }

    /** Writes a head at the buffer's position; the buffer has an array or is direct. */
    static void write(
            ByteBuffer to,
            CRC32C check,
            RecordKind kind,
            long place,
            long durable,
            JournalVolume volume,
            long sequence,
            long offset,
            long length,
            @Nullable ByteBuffer sums,
            int payload) {
        int start = to.position();
        to.putInt(MAGIC).put(kind.code()).put((byte) 0).putShort((short) 0);
        to.putLong(place).putLong(durable).putLong(volume.number()).putLong(sequence);
        to.putLong(offset).putLong(length).putLong(volume.settled()).putInt(payload).putInt(0);
        if (sums != null) {
            int count = sums.remaining();
            to.put(to.position(), sums, sums.position(), count);
            to.position(to.position() + count);
        }
        int end = to.position();
        check.reset();
        to.limit(start + CHECKED).position(start);
        check.update(to);
        to.limit(end).position(start + HEAD);
        check.update(to);
        to.limit(to.capacity()).position(end);
        to.putInt(start + CHECKED, (int) check.getValue());
    }

    /**
     * Reads a head.
     *
     * @param at index in the buffer
     * @return null when there is none that belongs at this place
     */
    static @Nullable JournalRecord read(ByteBuffer from, int at, long place) {
        if (at + HEAD > from.limit() || from.getInt(at) != MAGIC || from.getLong(at + 8) != place) {
            return null;
        }
        RecordKind kind = RecordKind.of(from.get(at + 4));
        long length = from.getLong(at + 48);
        int payload = from.getInt(at + 64);
        if (kind == null || payload < 0 || payload > Blocks.MOST_DATA) {
            return null;
        }
        int sumBytes = 0;
        if (kind == RecordKind.CUT) {
            if (length <= 0 || length > MOST_NAME || length % Long.BYTES != 0) {
                return null;
            }
            sumBytes = (int) length;
        } else if (kind.hasSums()) {
            if (length <= 0 || length > Blocks.MOST_DATA || length % Blocks.BLOCK != 0) {
                return null;
            }
            sumBytes = (int) (length / Blocks.BLOCK * Long.BYTES);
        }
        if (at + HEAD + sumBytes + (long) payload > from.limit()) {
            return null;
        }
        var check = new CRC32C();
        check.update(from.slice(at, CHECKED));
        ByteBuffer sums = from.slice(at + HEAD, sumBytes);
        check.update(sums);
        sums.rewind();
        if ((int) check.getValue() != from.getInt(at + CHECKED)) {
            return null;
        }
        return new JournalRecord(
                kind,
                place,
                from.getLong(at + 16),
                from.getLong(at + 24),
                from.getLong(at + 32),
                from.getLong(at + 40),
                length,
                from.getLong(at + 56),
                payload,
                sums);
    }

    /** Whether the payload, which begins at the index, is what the sums say. */
    boolean isWhole(ByteBuffer from, int at) {
        if (kind != RecordKind.DATA) {
            return true;
        }
        ByteBuffer bytes = from.duplicate();
        bytes.limit(at + payload).position(at);
        for (int i = 0; i < sums.capacity(); i += Long.BYTES) {
            if (Blocks.sum(bytes) != sums.getLong(i)) {
                return false;
            }
        }
        return true;
    }
}
