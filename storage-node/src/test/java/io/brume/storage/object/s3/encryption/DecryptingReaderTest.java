package io.brume.storage.object.s3.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.FileData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was encrypted in parts of all sizes, read in ranges of all kinds. */
final class DecryptingReaderTest {
    private static final long SEED = 11;
    private static final int[] PARTS = {1, 0, 15, 16, 17, 300_000, 33, 700_001};

    @TempDir private Path directory;
    private final Random random = new Random(SEED);
    private final ContentKey key = new ContentKey(bytes(ContentKey.BYTES), false, random);

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void readsAnyRangeOfAnyParts() throws IOException {
        try (var data = new FileData(directory.resolve("bytes"))) {
            var plain = new ByteArrayOutputStream();
            var blobs = new ArrayList<Blob>();
            var parts = new ArrayList<PartSummary>();
            for (int size : PARTS) {
                var part = bytes(size);
                plain.writeBytes(part);
                blobs.addAll(written(data, part));
                parts.add(new PartSummary(parts.size() + 1, size, Optional.empty()));
            }
            var all = plain.toByteArray();
            var content = content(all.length, parts, blobs);
            assertThat(read(data, content, 0, all.length)).isEqualTo(all);
            for (int i = 0; i < 300; i++) {
                int from = i < 60 ? i : random.nextInt(all.length);
                int length = 1 + random.nextInt(Math.min(400_000, all.length - from));
                assertThat(read(data, content, from, length))
                        .as("%d bytes from %d, seed %d", length, from, SEED)
                        .isEqualTo(Arrays.copyOfRange(all, from, from + length));
            }
        }
    }

    @Test
    void keepsNothingInTheOpenAndNothingTwiceAlike() throws IOException {
        try (var data = new FileData(directory.resolve("bytes"))) {
            var plain = new byte[10_000];
            var first = kept(data, written(data, plain));
            var second = kept(data, written(data, plain));
            assertThat(first).hasSize(plain.length + ContentKey.NONCE_BYTES).isNotEqualTo(second);
            int zeros = 0;
            for (byte octet : first) {
                zeros += octet == 0 ? 1 : 0;
            }
            assertThat(zeros).isLessThan(200);
        }
    }

    @Test
    void anotherKeyReadsSomethingElse() throws IOException {
        try (var data = new FileData(directory.resolve("bytes"))) {
            var plain = bytes(100);
            var content = content(plain.length, List.of(), written(data, plain));
            var other = new ContentKey(bytes(ContentKey.BYTES), false, random);
            try (var reader = new DecryptingReader(data, other, content, 0, plain.length)) {
                assertThat(all(reader)).hasSize(plain.length).isNotEqualTo(plain);
            }
        }
    }

    private List<Blob> written(FileData data, byte[] part) throws IOException {
        var claim = new BlobClaim(1, new ObjectKey("k"), Optional.empty());
        try (var writer = new EncryptingWriter(key, data.write(claim, Span.kept(part.length)))) {
            for (int at = 0; at < part.length; ) {
                int some = 1 + random.nextInt(Math.min(100_000, part.length - at));
                writer.write(ByteBuffer.wrap(part, at, some).asReadOnlyBuffer());
                at += some;
            }
            return writer.finish();
        }
    }

    private static ObjectContent content(long size, List<PartSummary> parts, List<Blob> blobs) {
        return new ObjectContent(size, "e", StorageClass.STANDARD, Optional.empty(), parts, blobs);
    }

    private byte[] read(FileData data, ObjectContent content, long from, long length)
            throws IOException {
        try (var reader = new DecryptingReader(data, key, content, from, length)) {
            return all(reader);
        }
    }

    private static byte[] kept(FileData data, List<Blob> blobs) throws IOException {
        long size = blobs.stream().mapToLong(Blob::length).sum();
        try (var reader = data.read(blobs, 0, size)) {
            return all(reader);
        }
    }

    private static byte[] all(ContentReader reader) throws IOException {
        var out = new ByteArrayOutputStream();
        for (var run = reader.next(); run != null; run = reader.next()) {
            switch (run) {
                case ContentReader.Run.Memory(var bytes) -> {
                    var some = new byte[bytes.remaining()];
                    bytes.get(some);
                    out.writeBytes(some);
                }
                case ContentReader.Run.Region(var file, var position, var length) -> {
                    var some = ByteBuffer.allocate((int) length);
                    while (some.hasRemaining()) {
                        file.read(some, position + some.position());
                    }
                    out.writeBytes(some.array());
                }
            }
        }
        return out.toByteArray();
    }
}
