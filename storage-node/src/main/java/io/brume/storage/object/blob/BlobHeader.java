package io.brume.storage.object.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a blob's bytes, in a segment and in a file of its own.
 *
 * <pre>
 *  0 u32 magic      4 u16 version     6 u16 bytes of the claim
 *  8 u128 id       24 u32 bytes of the blob   28 u32 bytes before the blob's
 * 32 u64 written, ms since 1970      40 u64 secret of the segment, 0 = a file of its own
 * 48 u64 where it begins              56 u64 what was durable of the segment when it was written
 * 64 claim: u64 bucket, u16 n, key, u16 n, upload's id (n = 0: none)
 *    u32 CRC-32C of each run of 64 KiB
 *    u32 CRC-32C of all above
 * </pre>
 *
 * <p>The secret keeps a client from writing an object that looks like a record of a segment.
 *
 * @param secret of the segment
 * @param position where the record begins in its segment
 * @param durable everything before this place of the segment was durable
 * @param sums of the runs
 */
record BlobHeader(
        BlobId id,
        long length,
        long writtenMillis,
        int dataAt,
        long secret,
        long position,
        long durable,
        int[] sums) {
    static final int FIXED = 64;

    /** In a file of its own the bytes begin here: more than any header takes. */
    static final int OWN_FILE_DATA_AT = 8192;

    /** No header of a blob with at most 64 runs is longer. */
    static final int MAX_SMALL = 2048;

    /** Records of a segment begin at multiples of this. */
    static final int ALIGN = 64;

    static final int MAGIC = 0x4252424C;
    private static final int VERSION = 1;
    private static final int MAX_UPLOAD_ID = 256;

    Blob blob() {
        return new Blob(id, length);
    }

    /**
     * All that stands beside the blob.
     *
     * @param from the buffer that it was read from, at the same position
     */
    BlobFacts facts(ByteBuffer from) {
        ByteBuffer claim = ByteBuffer.wrap(claim(from));
        return new BlobFacts(blob(), decode(claim), Instant.ofEpochMilli(writtenMillis));
    }

    /** The claim as it stands in the header at a buffer's position. */
    static byte[] claim(ByteBuffer from) {
        byte[] claim = new byte[Short.toUnsignedInt(from.getShort(from.position() + 6))];
        from.get(from.position() + FIXED, claim);
        return claim;
    }

    /** A claim as it stands in a header. */
    static byte[] encode(BlobClaim claim) {
        byte[] key = claim.key().value().getBytes(UTF_8);
        byte[] upload = claim.uploadId().orElse("").getBytes(UTF_8);
        if (upload.length > MAX_UPLOAD_ID) {
            throw new IllegalArgumentException("an upload's id of " + upload.length + " bytes");
        }
        return ByteBuffer.allocate(12 + key.length + upload.length)
                .putLong(claim.bucket())
                .putShort((short) key.length)
                .put(key)
                .putShort((short) upload.length)
                .put(upload)
                .array();
    }

    private static BlobClaim decode(ByteBuffer from) {
        long bucket = from.getLong();
        byte[] key = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(key);
        byte[] upload = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(upload);
        return new BlobClaim(
                bucket,
                new ObjectKey(new String(key, UTF_8)),
                upload.length == 0 ? Optional.empty() : Optional.of(new String(upload, UTF_8)));
    }

    /** Bytes before those of a blob in a segment. */
    static int sizeInSegment(int claimBytes, long length) {
        return align(FIXED + claimBytes + 4 * RunSums.runs(length) + 4);
    }

    static int align(int size) {
        return roundUp(size, ALIGN);
    }

    static int roundUp(int size, int unit) {
        return (size + unit - 1) / unit * unit;
    }

    /**
     * Writes it at a buffer's position, {@code dataAt} bytes long; the position moves behind it.
     */
    static void write(
            ByteBuffer to,
            Blob blob,
            byte[] claim,
            long writtenMillis,
            int dataAt,
            long secret,
            long position,
            long durable,
            int[] sums) {
        int start = to.position();
        to.putInt(MAGIC).putShort((short) VERSION).putShort((short) claim.length);
        to.putLong(blob.id().high()).putLong(blob.id().low());
        to.putInt((int) blob.length()).putInt(dataAt).putLong(writtenMillis);
        to.putLong(secret).putLong(position).putLong(durable).put(claim);
        for (int sum : sums) {
            to.putInt(sum);
        }
        var check = new CRC32C();
        check.update(to.slice(start, to.position() - start));
        to.putInt((int) check.getValue());
        while (to.position() < start + dataAt) {
            to.put((byte) 0);
        }
    }

    /**
     * Reads the header that begins at a buffer's position; the position stays.
     *
     * @return null when there is none, or it is damaged or not whole in the buffer
     */
    static @Nullable BlobHeader read(ByteBuffer from) {
        int start = from.position();
        int room = from.remaining();
        if (room < FIXED || from.getInt(start) != MAGIC || from.getShort(start + 4) != VERSION) {
            return null;
        }
        int claimBytes = Short.toUnsignedInt(from.getShort(start + 6));
        int length = from.getInt(start + 24);
        if (length < 1 || length > ObjectData.MAX_BLOB_BYTES) {
            return null;
        }
        int runs = RunSums.runs(length);
        int checkAt = FIXED + claimBytes + 4 * runs;
        if (checkAt + 4 > room) {
            return null;
        }
        var check = new CRC32C();
        check.update(from.slice(start, checkAt));
        if ((int) check.getValue() != from.getInt(start + checkAt)) {
            return null;
        }
        int[] sums = new int[runs];
        from.slice(start + FIXED + claimBytes, 4 * runs).asIntBuffer().get(sums);
        return new BlobHeader(
                new BlobId(from.getLong(start + 8), from.getLong(start + 16)),
                length,
                from.getLong(start + 32),
                from.getInt(start + 28),
                from.getLong(start + 40),
                from.getLong(start + 48),
                from.getLong(start + 56),
                sums);
    }

    /**
     * Holds a run against its sum.
     *
     * @param run its bytes, all that remain
     */
    void check(int index, ByteBuffer run) throws IOException {
        var sum = new CRC32C();
        sum.update(run.duplicate());
        if ((int) sum.getValue() != sums[index]) {
            throw new DamagedBlobException(id, "run " + index + " is damaged");
        }
    }
}
