package io.brume.storage.object.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.data.InMemoryData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.StorageClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is packed comes back, and takes less space where it can. */
final class PackingTest {
    private static final BlobClaim CLAIM = new BlobClaim(7, new ObjectKey("key"), Optional.empty());
    private static final long SEED = 5;

    private final InMemoryData data = new InMemoryData(100_000);

    private static long size(List<Blob> blobs) {
        return blobs.stream().mapToLong(Blob::length).sum();
    }

    private List<Blob> write(byte[] bytes, StorageClass storageClass, Random random)
            throws IOException {
        try (var writer = KeptContent.write(data, CLAIM, bytes.length, storageClass)) {
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(200_000));
                writer.write(ByteBuffer.wrap(bytes, at, count));
                at += count;
            }
            return writer.finish();
        }
    }

    private byte[] read(List<Blob> blobs, StorageClass storageClass) throws IOException {
        var content = new ObjectContent(0, "e", storageClass, Optional.empty(), List.of(), blobs);
        return ContentBytes.read(KeptContent.open(data, content));
    }

    /** Some of it repeats itself, some does not. */
    private static byte[] bytes(Random random, int size) {
        var bytes = new byte[size];
        for (int from = 0; from < size; from += 50_000) {
            int to = Math.min(size, from + 50_000);
            if (random.nextBoolean()) {
                Arrays.fill(bytes, from, to, (byte) random.nextInt());
            } else {
                var some = new byte[to - from];
                random.nextBytes(some);
                System.arraycopy(some, 0, bytes, from, some.length);
            }
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(StorageClass.class)
    void comesBackPartByPart(StorageClass storageClass) throws IOException {
        var random = new Random(SEED);
        var all = new ByteArrayOutputStream();
        var blobs = new ArrayList<Blob>();
        for (int size : new int[] {0, 1, Frames.MOST - 1, Frames.MOST, Frames.MOST + 1, 900_000}) {
            var bytes = bytes(random, size);
            all.write(bytes);
            blobs.addAll(write(bytes, storageClass, random));
        }
        assertThat(read(blobs, storageClass)).as("seed " + SEED).isEqualTo(all.toByteArray());
        if (storageClass.isArchive()) {
            assertThat(size(blobs)).isLessThan(all.size());
        }
    }

    @Test
    void whatDoesNotShrinkStaysAsItIs() throws IOException {
        var bytes = new byte[Frames.MOST * 2];
        new Random(SEED).nextBytes(bytes);
        var blobs = write(bytes, StorageClass.DEEP_ARCHIVE, new Random(SEED));
        assertThat(size(blobs)).isEqualTo(bytes.length + 2L * Frames.HEAD);
    }

    @Test
    void whatIsCutOffOrDamagedIsNotRead() throws IOException {
        var bytes = bytes(new Random(SEED), 300_000);
        var blobs = write(bytes, StorageClass.GLACIER, new Random(SEED));
        var packed = ContentBytes.read(data.read(blobs, 0, size(blobs)));
        for (int length : new int[] {1, 7, 9, packed.length - 1}) {
            var cut = ContentBytes.write(data, CLAIM, Arrays.copyOf(packed, length), length);
            assertThatThrownBy(() -> read(cut, StorageClass.GLACIER))
                    .isInstanceOf(IOException.class);
        }
        packed[0] = 0x70;
        var other = ContentBytes.write(data, CLAIM, packed, packed.length);
        assertThatThrownBy(() -> read(other, StorageClass.GLACIER)).isInstanceOf(IOException.class);
    }
}
