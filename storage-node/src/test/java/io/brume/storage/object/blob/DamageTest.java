package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.time.Time;
import io.brume.storage.block.files.SimulatedFiles;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bits that flip, and tails that are torn off: never a wrong byte, and little is lost. */
final class DamageTest {
    private static final Path FOLDER = Path.of("/objects");
    private static final BlobOptions OPTIONS = new BlobOptions(128 << 10, 40 << 10, 1, 0);
    private static final BlobClaim CLAIM = new BlobClaim(5, new ObjectKey("key"), Optional.empty());

    private final SimulatedFiles files = new SimulatedFiles();
    private Random random = new Random();
    private final Map<BlobId, byte[]> kept = new HashMap<>();

    private DiskBlobs open() throws IOException {
        return DiskBlobs.open(FOLDER, files, OPTIONS, Time.system(), random);
    }

    private BlobId write(DiskBlobs blobs, int size) throws IOException {
        var id = BlobId.of(1, random.nextLong(), random.nextLong());
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        try (BlobWriter writer = blobs.write(id, CLAIM, size)) {
            writer.write(ByteBuffer.wrap(bytes));
            writer.finish();
        }
        kept.put(id, bytes);
        return id;
    }

    private byte[] read(DiskBlobs blobs, BlobId id) throws IOException {
        int size = requireNonNull(kept.get(id)).length;
        return ContentBytes.read(blobs.read(new Blob(id, size), 0, size));
    }

    /** How many blobs cannot be read; the others are right. */
    private int unreadable(DiskBlobs blobs) {
        int count = 0;
        for (var one : kept.entrySet()) {
            try {
                assertThat(read(blobs, one.getKey())).isEqualTo(one.getValue());
            } catch (IOException e) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aFlippedBitIsNeverGivenBackAndCostsOneBlob() throws Exception {
        for (long seed = 0; seed < 12; seed++) {
            random = new Random(seed);
            kept.clear();
            files.deleteFolder(FOLDER);
            DiskBlobs blobs = open();
            for (int i = 0; i < 40; i++) {
                write(blobs, 1 + random.nextInt(i % 8 == 0 ? 100_000 : 9_000));
            }
            if (seed % 2 == 0) {
                blobs.close();
                blobs = open();
            }
            for (int flip = 1; flip <= 4; flip++) {
                List<Path> all = new ArrayList<>(files.below(FOLDER.resolve("segments"), ""));
                all.addAll(files.below(FOLDER.resolve("files"), ""));
                Path path = all.get(random.nextInt(all.size()));
                files.flip(path, random.nextInt((int) files.size(path)), random.nextInt(8));
                assertThat(unreadable(blobs)).as("seed %s", seed).isLessThanOrEqualTo(flip);
                blobs.close();
                blobs = open();
                assertThat(unreadable(blobs)).as("seed %s", seed).isLessThanOrEqualTo(flip);
            }
            blobs.close();
        }
    }

    @Test
    void aDamagedBlobIsFoundAndWrittenAnew() throws Exception {
        random = new Random(7);
        DiskBlobs blobs = open();
        BlobId small = write(blobs, 5000);
        BlobId large = write(blobs, 90_000);
        for (Path path : files.below(FOLDER, "")) {
            if (files.size(path) > 5000) {
                files.flip(path, files.size(path) - 100, 3);
            }
        }
        for (BlobId id : List.of(small, large)) {
            assertThatThrownBy(() -> blobs.verify(id)).isInstanceOf(DamagedBlobException.class);
            byte[] bytes = requireNonNull(kept.get(id));
            try (BlobWriter writer = blobs.rewrite(blobs.facts(id).orElseThrow())) {
                writer.write(ByteBuffer.wrap(bytes));
                writer.finish();
            }
            assertThat(blobs.verify(id)).isEqualTo(bytes.length);
        }
        blobs.close();
        DiskBlobs again = open();
        assertThat(unreadable(again)).isZero();
        assertThat(again.counts().blobs()).isEqualTo(2);
        again.close();
    }

    @Test
    void aTornTailCostsOnlyWhatWasThere() throws Exception {
        for (long seed = 0; seed < 30; seed++) {
            random = new Random(seed);
            kept.clear();
            files.deleteFolder(FOLDER);
            DiskBlobs blobs = open();
            for (int i = 0; i < 20; i++) {
                write(blobs, 3000);
            }
            Path segment = files.below(FOLDER.resolve("segments"), "").iterator().next();
            if (seed % 2 == 0) {
                blobs.close();
            }
            int torn = 1 + random.nextInt(9000);
            files.tear(segment, torn);
            DiskBlobs again = open();
            assertThat(unreadable(again)).as("seed %s", seed).isLessThanOrEqualTo(torn / 3000 + 1);
            write(again, 3000);
            again.close();
            DiskBlobs last = open();
            assertThat(unreadable(last)).as("seed %s", seed).isLessThanOrEqualTo(torn / 3000 + 1);
            last.close();
        }
    }

    @Test
    void anObjectThatLooksLikeARecordIsNone() throws Exception {
        random = new Random(9);
        DiskBlobs blobs = open();
        write(blobs, 3000);
        Path segment = files.below(FOLDER.resolve("segments"), "").iterator().next();
        ByteBuffer content = ByteBuffer.allocate((int) files.size(segment));
        try (var file = files.openExisting(segment)) {
            file.read(content, 0);
        }
        var id = BlobId.of(1, random.nextLong(), random.nextLong());
        try (BlobWriter writer = blobs.write(id, CLAIM, -1)) {
            writer.write(content.flip());
            writer.finish();
        }
        kept.put(id, content.array());
        files.flip(segment, 64 + 20, 1);
        // Not closed: a start has to look at the records.
        DiskBlobs again = open();
        assertThat(again.counts().blobs()).isEqualTo(1);
        again.close();
    }
}
