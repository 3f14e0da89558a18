package io.brume.storage.object.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.time.Time;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content of every size on one node, in a real folder. */
final class OneNodeTest {
    private static final BlobClaim CLAIM =
            new BlobClaim(7, new ObjectKey("a/../b"), Optional.of("upload"));

    @TempDir Path folder;

    private DiskBlobs open() throws IOException {
        return DiskBlobs.open(
                folder.resolve("objects"),
                BlockFiles.system(),
                BlobOptions.STANDARD,
                Time.system(),
                new Random(1));
    }

    @Test
    void contentOfEverySizeIsReadBackWholeAndInRanges() throws Exception {
        var random = new Random(3);
        try (DiskBlobs blobs = open()) {
            var data = GroupedData.alone(blobs, random);
            for (int size :
                    new int[] {
                        1,
                        4096,
                        65_535,
                        65_536,
                        65_537,
                        1 << 20,
                        (1 << 20) + 1,
                        5_000_000,
                        67_200_000
                    }) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                for (long expected : new long[] {-1, size}) {
                    List<Blob> stored = ContentBytes.write(data, CLAIM, bytes, expected);
                    assertThat(stored).hasSize(size > ObjectData.MAX_BLOB_BYTES ? 2 : 1);
                    assertThat(ContentBytes.read(data.read(stored, 0, size))).isEqualTo(bytes);
                    int from = random.nextInt(size);
                    int to = from + random.nextInt(size - from + 1);
                    assertThat(ContentBytes.read(data.read(stored, from, to - from)))
                            .isEqualTo(Arrays.copyOfRange(bytes, from, to));
                    data.free(stored);
                    assertThatThrownBy(() -> ContentBytes.read(data.read(stored, 0, size)))
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void whatIsReadStaysReadableWhenItIsFreed() throws Exception {
        var random = new Random(4);
        try (DiskBlobs blobs = open()) {
            var data = GroupedData.alone(blobs, random);
            byte[] bytes = new byte[3 << 20];
            random.nextBytes(bytes);
            List<Blob> stored = ContentBytes.write(data, CLAIM, bytes, bytes.length);
            var reader = data.read(stored, 0, bytes.length);
            var first = reader.next();
            assertThat(first).isNotNull();
            data.free(stored);
            assertThat(ContentBytes.read(reader))
                    .isEqualTo(Arrays.copyOfRange(bytes, 1 << 20, 3 << 20));
        }
    }

    @Test
    void aRestartFindsEverything() throws Exception {
        byte[] bytes = new byte[200_000];
        new Random(5).nextBytes(bytes);
        List<Blob> stored;
        try (DiskBlobs blobs = open()) {
            var data = GroupedData.alone(blobs, new Random(5));
            stored = ContentBytes.write(data, CLAIM, bytes, -1);
        }
        try (DiskBlobs blobs = open()) {
            var data = GroupedData.alone(blobs, new Random(6));
            assertThat(ContentBytes.read(data.read(stored, 0, bytes.length))).isEqualTo(bytes);
        }
    }
}
