package io.brume.storage.block.chunk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys of the index, and rows of hashes: one for each chunk of a segment, zeros where none is. */
final class Manifest {
    private Manifest() {}

    static boolean isNone(byte[] hashes) {
        for (byte b : hashes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] key(char table, byte[] owner, int more) {
        return ByteBuffer.allocate(1 + owner.length + more).put((byte) table).put(owner).array();
    }

    private static byte[] owner(long volume) {
        return ByteBuffer.allocate(Long.BYTES).putLong(volume).array();
    }

    private static byte[] owner(String snapshotId) {
        byte[] name = snapshotId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1).put(name).array();
    }

    private static byte[] withSegment(char table, byte[] owner, int segment) {
        byte[] key = key(table, owner, Integer.BYTES);
        ByteBuffer.wrap(key).putInt(key.length - Integer.BYTES, segment);
        return key;
    }

    static int segmentOf(byte[] key) {
        return ByteBuffer.wrap(key).getInt(key.length - Integer.BYTES);
    }

    static long volumeOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    /** All rows of a table. */
    static byte[] table(char table) {
        return new byte[] {(byte) table};
    }

    static final char SNAPSHOTS = 's';
    static final char CUTS = 'v';
    static final char DIRTY = 'd';
    static final char BASE = 'b';
    static final char BEGUN = 'f';

    static byte[] snapshot(String snapshotId) {
        return key(SNAPSHOTS, snapshotId.getBytes(StandardCharsets.UTF_8), 0);
    }

    static String snapshotOf(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    }

    static byte[] hashes(String snapshotId, int segment) {
        return withSegment('m', owner(snapshotId), segment);
    }

    static byte[] allHashes(String snapshotId) {
        return key('m', owner(snapshotId), 0);
    }

    static byte[] pending(String snapshotId, int segment) {
        return withSegment('p', owner(snapshotId), segment);
    }

    static byte[] allPending(String snapshotId) {
        return key('p', owner(snapshotId), 0);
    }

    static byte[] references(byte[] hash) {
        return key('r', hash, 0);
    }

    static byte[] cuts(long volume) {
        return key(CUTS, owner(volume), 0);
    }

    static byte[] begun(long volume) {
        return key(BEGUN, owner(volume), 0);
    }

    static byte[] dirty(long volume, int segment) {
        return withSegment(DIRTY, owner(volume), segment);
    }

    static byte[] allDirty(long volume) {
        return key(DIRTY, owner(volume), 0);
    }

    static byte[] base(long volume, int segment) {
        return withSegment(BASE, owner(volume), segment);
    }

    static byte[] allBase(long volume) {
        return key(BASE, owner(volume), 0);
    }
}
