package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What follows from a chunk's bytes: its name, and the sums of its blocks. */
public final class ChunkSums {
    /** Of a block of zeros that was written; such a block has no sum in a chunk. */
    public static final long OF_ZEROS = Blocks.sum(ByteBuffer.allocate(Blocks.BLOCK));

    private ChunkSums() {}

    /** The SHA-256 of what remains in a buffer, which is read to its end. */
    static byte[] sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Computes sums, so that they are what a cut would have stored.
     *
     * @param into gets them
     * @return whether any block is not zeros
     */
    static boolean of(ByteBuffer chunk, ByteBuffer into) {
        ByteBuffer bytes = chunk.duplicate();
        boolean any = false;
        for (int i = 0; i < Blocks.CHUNK / Blocks.BLOCK; i++) {
            long sum = Blocks.sum(bytes);
            boolean zeros = sum == OF_ZEROS;
            any |= !zeros;
            into.putLong(zeros ? Blocks.NEVER_WRITTEN : sum);
        }
        return any;
    }
}
