package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.common.aws.sigv4.RunningChecksum;
import io.brume.common.aws.sigv4.VerifyingInputStream;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes bytes in: stores them and sums them up as they pass. What comes out is on disks, and as it
 * was promised to be. Thread-safe.
 *
 * <p>Throws {@link UncheckedIOException} when bytes do not come, or cannot be stored.
 */
final class Intake {
    /** The largest object that is put, or copied, in one call; the largest part too. */
    static final long MOST = 5L << 30;

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int SMALL = 256 << 10;

    private final ObjectData data;

    Intake(ObjectData data) {
        this.data = requireNonNull(data);
    }

    /**
     * Stores a body.
     *
     * @param length how long it will be; −1 = not known
     * @throws Fault when it is not what was promised
     */
    Stored body(
            BlobClaim claim,
            long length,
            VerifyingInputStream body,
            ChecksumChoice choice,
            Encryptions.Plan plan,
            StorageClass storageClass) {
        if (length > MOST) {
            throw tooLarge();
        }
        var sums = start(choice);
        try (var writer = writer(claim, length, plan, storageClass)) {
            long size =
                    length >= 0 && length <= SMALL
                            ? small((int) length, body, writer, sums.values())
                            : large(body, writer, sums.values());
            var computed = new EnumMap<ChecksumAlgorithm, String>(ChecksumAlgorithm.class);
            var etag = plan.etag(finish(sums, computed));
            choice.demand(computed);
            var kept =
                    choice.trailer().filter(given -> given == choice.kept()).isPresent()
                            ? body.trailer(choice.kept())
                            : requireNonNull(computed.get(choice.kept()));
            return new Stored(
                    writer.finish(), size, etag, new ObjectChecksum(choice.kept(), kept, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ContentWriter writer(
            BlobClaim claim, long length, Encryptions.Plan plan, StorageClass storageClass)
            throws IOException {
        return length == 0 ? new Nothing() : plan.write(data, claim, length, storageClass);
    }

    /** Stores what a reader gives, which is closed. */
    Stored copy(
            BlobClaim claim,
            long length,
            ContentReader reader,
            ChecksumAlgorithm kept,
            Encryptions.Plan plan,
            StorageClass storageClass) {
        var sums = start(ChecksumChoice.plain(kept));
        try (reader;
                var writer = writer(claim, length, plan, storageClass)) {
            long size = runs(reader, writer, sums.values());
            if (size != length) {
                throw new EOFException("a content is not as long as it should be");
            }
            var computed = new EnumMap<ChecksumAlgorithm, String>(ChecksumAlgorithm.class);
            var etag = plan.etag(finish(sums, computed));
            var value = requireNonNull(computed.get(kept));
            return new Stored(writer.finish(), size, etag, new ObjectChecksum(kept, value, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has the index name what was stored; frees it when the index does not. When nobody knows
     * whether it did, the bytes stay, and are swept once it is known.
     */
    <T> T commit(Stored stored, Supplier<T> naming) {
        try {
            return naming.get();
        } catch (IndexFault refused) {
            try {
                data.free(stored.blobs());
            } catch (IOException e) {
                LOG.debug("what was not named is left to the sweep", e);
            }
            throw refused;
        }
    }

    private static Map<ChecksumAlgorithm, RunningChecksum> start(ChecksumChoice choice) {
        var sums = new EnumMap<ChecksumAlgorithm, RunningChecksum>(ChecksumAlgorithm.class);
        choice.run().forEach(algorithm -> sums.put(algorithm, algorithm.start()));
        return sums;
    }

    /** The MD5 in hexadecimal, and all of them in base64. */
    private static String finish(
            Map<ChecksumAlgorithm, RunningChecksum> sums,
            EnumMap<ChecksumAlgorithm, String> computed) {
        String md5 = "";
        for (var sum : sums.entrySet()) {
            var value = sum.getValue().value();
            computed.put(sum.getKey(), Base64.getEncoder().encodeToString(value));
            if (sum.getKey() == ChecksumAlgorithm.MD5) {
                md5 = HexFormat.of().formatHex(value);
            }
        }
        return md5;
    }

    private static long small(
            int length,
            VerifyingInputStream body,
            ContentWriter writer,
            Collection<RunningChecksum> sums)
            throws IOException {
        var buffer = new byte[Math.max(1, length)];
        int count = body.readNBytes(buffer, 0, length);
        demandEnd(body);
        for (var sum : sums) {
            sum.update(buffer, 0, count);
        }
        writer.write(ByteBuffer.wrap(buffer, 0, count));
        return count;
    }

    /** The end is where all that was promised of the body is checked. */
    private static void demandEnd(VerifyingInputStream body) throws IOException {
        if (body.read() >= 0) {
            throw new IllegalStateException("a body is longer than it says");
        }
    }

    private static long large(
            VerifyingInputStream body, ContentWriter writer, Collection<RunningChecksum> sums)
            throws IOException {
        long size = 0;
        try (var lane = new HashLane(sums)) {
            for (var buffer = lane.buffer(); ; buffer = lane.buffer()) {
                int count = body.readNBytes(buffer, 0, buffer.length);
                size += count;
                if (size > MOST) {
                    throw tooLarge();
                }
                lane.hash(buffer, count);
                writer.write(ByteBuffer.wrap(buffer, 0, count).asReadOnlyBuffer());
                if (count < buffer.length) {
                    break;
                }
            }
            lane.finish();
        }
        return size;
    }

    private static long runs(
            ContentReader reader, ContentWriter writer, Collection<RunningChecksum> sums)
            throws IOException {
        long size = 0;
        try (var lane = new HashLane(sums)) {
            for (var run = reader.next(); run != null; run = reader.next()) {
                size += run(run, lane, writer);
            }
            lane.finish();
        }
        return size;
    }

    private static long run(ContentReader.Run run, HashLane lane, ContentWriter writer)
            throws IOException {
        long size = 0;
        switch (run) {
            case ContentReader.Run.Memory(var bytes) -> {
                while (bytes.hasRemaining()) {
                    var buffer = lane.buffer();
                    int count = Math.min(buffer.length, bytes.remaining());
                    bytes.get(buffer, 0, count);
                    size += pass(buffer, count, lane, writer);
                }
            }
            case ContentReader.Run.Region(var file, var position, var length) -> {
                while (size < length) {
                    var buffer = lane.buffer();
                    int most = (int) Math.min(buffer.length, length - size);
                    int count = file.read(ByteBuffer.wrap(buffer, 0, most), position + size);
                    if (count < 0) {
                        throw new EOFException("a file ends before its run");
                    }
                    size += pass(buffer, count, lane, writer);
                }
            }
        }
        return size;
    }

    private static int pass(byte[] buffer, int count, HashLane lane, ContentWriter writer)
            throws IOException {
        lane.hash(buffer, count);
        writer.write(ByteBuffer.wrap(buffer, 0, count).asReadOnlyBuffer());
        return count;
    }

    static Fault tooLarge() {
        return Fault.invalid(
                "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }

    /** Takes an empty content, which no disk needs to keep. */
    private static final class Nothing implements ContentWriter {
        @Override
        public void write(ByteBuffer bytes) {
            if (bytes.hasRemaining()) {
                throw new IllegalStateException("an empty content has bytes");
            }
        }

        @Override
        public List<Blob> finish() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
