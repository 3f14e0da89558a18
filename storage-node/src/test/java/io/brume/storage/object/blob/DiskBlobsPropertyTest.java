package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.storage.block.files.SimulatedFiles;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random changes, restarts, power cuts, full disks and failures against a model. */
final class DiskBlobsPropertyTest {
    private static final Path FOLDER = Path.of("/objects");
    private static final BlobOptions OPTIONS = new BlobOptions(128 << 10, 40 << 10, 1, 0);

    /** Blobs that are written past the cache share files too. */
    private static final BlobOptions LARGER = new BlobOptions(512 << 10, 90 << 10, 1, 0);

    private static final BlobClaim CLAIM =
            new BlobClaim(5, new ObjectKey("key"), Optional.of("upload-1"));

    /** More rounds than the build takes: {@code -Dbrume.rounds=10}. */
    private static final int ROUNDS = Integer.getInteger("brume.rounds", 1);

    private SimulatedFiles files = new SimulatedFiles();
    private Random random = new Random();
    private BlobOptions options = OPTIONS;
    private final Map<BlobId, byte[]> kept = new HashMap<>();
    private final Set<BlobId> deleted = new HashSet<>();

    /** What was begun and not answered: it may be there, whole, or not. */
    private final Map<BlobId, byte[]> unsure = new HashMap<>();

    private interface Round {
        void run(long seed) throws Exception;
    }

    private void seeds(int count, Round round) {
        long first = Long.getLong("brume.seed", 0);
        for (long seed = first; seed < first + (long) count * ROUNDS; seed++) {
            files = new SimulatedFiles();
            random = new Random(seed);
            options = seed % 3 == 0 ? LARGER : OPTIONS;
            kept.clear();
            deleted.clear();
            unsure.clear();
            try {
                round.run(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private DiskBlobs open() throws IOException {
        return DiskBlobs.open(FOLDER, files, options, Time.system(), random);
    }

    private void step(DiskBlobs blobs) throws IOException {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> delete(blobs);
            case 3 -> blobs.tidy();
            case 4, 5 -> checkOne(blobs);
            default -> write(blobs);
        }
    }

    private void write(DiskBlobs blobs) throws IOException {
        var id = BlobId.of(random.nextInt(3), random.nextLong(), random.nextLong());
        byte[] bytes = new byte[size()];
        random.nextBytes(bytes);
        unsure.put(id, bytes);
        long expected = random.nextBoolean() ? -1 : bytes.length;
        try (BlobWriter writer = blobs.write(id, CLAIM, expected)) {
            int half = random.nextInt(bytes.length + 1);
            writer.write(ByteBuffer.wrap(bytes, 0, half));
            writer.write(ByteBuffer.wrap(bytes, half, bytes.length - half));
            if (random.nextInt(20) == 0) {
                return;
            }
            writer.finish();
        }
        unsure.remove(id);
        kept.put(id, bytes);
    }

    private int size() {
        return switch (random.nextInt(6)) {
            case 0 -> 1 + random.nextInt(100_000);
            case 1 -> 30_000 + random.nextInt(20_000);
            default -> 1 + random.nextInt(9_000);
        };
    }

    private void delete(DiskBlobs blobs) throws IOException {
        List<BlobId> some = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0 && !kept.isEmpty(); i--) {
            BlobId id = any();
            some.add(id);
            unsure.put(id, requireNonNull(kept.remove(id)));
        }
        blobs.delete(some);
        some.forEach(unsure::remove);
        deleted.addAll(some);
    }

    private BlobId any() {
        List<BlobId> all = kept.keySet().stream().sorted().toList();
        return all.get(random.nextInt(all.size()));
    }

    private void checkOne(DiskBlobs blobs) throws IOException {
        if (!kept.isEmpty()) {
            BlobId id = any();
            check(blobs, id, requireNonNull(kept.get(id)));
        }
    }

    private static void check(DiskBlobs blobs, BlobId id, byte[] bytes) throws IOException {
        var blob = new Blob(id, bytes.length);
        assertThat(ContentBytes.read(blobs.read(blob, 0, bytes.length))).isEqualTo(bytes);
        assertThat(blobs.facts(id))
                .hasValueSatisfying(facts -> {
                    assertThat(facts.claim()).isEqualTo(CLAIM);
                    assertThat(facts.blob()).isEqualTo(blob);
                });
    }

    private void checkAll(DiskBlobs blobs) throws IOException {
        for (var one : kept.entrySet()) {
            check(blobs, one.getKey(), one.getValue());
        }
        for (BlobId id : deleted) {
            assertThat(blobs.has(id)).as("%s was deleted", id).isFalse();
        }
        for (var one : Map.copyOf(unsure).entrySet()) {
            if (blobs.has(one.getKey())) {
                check(blobs, one.getKey(), one.getValue());
                kept.put(one.getKey(), one.getValue());
            }
            unsure.remove(one.getKey());
        }
        Set<BlobId> names = new HashSet<>();
        for (int group = 0; group < 3; group++) {
            BlobId last = new BlobId((long) group << 48, 0);
            for (List<BlobId> page = blobs.names(group, last, 7);
                    !page.isEmpty();
                    page = blobs.names(group, last, 7)) {
                assertThat(page).isSorted();
                names.addAll(page);
                last = page.getLast();
            }
        }
        assertThat(names).isEqualTo(kept.keySet());
    }

    @Test
    void aRestartLosesNothing() {
        seeds(
                15,
                seed -> {
                    DiskBlobs blobs = open();
                    for (int round = 0; round < 3; round++) {
                        for (int i = random.nextInt(200); i > 0; i--) {
                            step(blobs);
                        }
                        blobs.close();
                        blobs = open();
                        checkAll(blobs);
                    }
                    blobs.close();
                });
    }

    @Test
    void aPowerCutLosesNothingThatWasAcknowledged() {
        seeds(
                150,
                seed -> {
                    DiskBlobs blobs = open();
                    for (int round = 0; round < 3; round++) {
                        files.dieAt(random.nextInt(400));
                        try {
                            for (int i = 0; i < 300; i++) {
                                step(blobs);
                            }
                        } catch (IOException e) {
                            assertThat(e).hasMessageContaining("power is off");
                        }
                        blobs = afterPowerCut(blobs);
                        checkAll(blobs);
                    }
                    blobs.close();
                });
    }

    private DiskBlobs afterPowerCut(DiskBlobs blobs) throws IOException {
        files = files.powerCut(random);
        blobs.close();
        if (random.nextInt(3) == 0) {
            files.dieAt(random.nextInt(40));
            try {
                open().close();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("power is off");
            }
            files = files.powerCut(random);
        }
        return open();
    }

    @Test
    void whicheverOperationFailsNothingAcknowledgedIsLost() {
        seeds(
                300,
                seed -> {
                    DiskBlobs blobs = open();
                    files.failAt(seed < 150 ? seed : random.nextInt(900));
                    int failures = 0;
                    for (int i = 0; i < 300 && blobs.failure().isEmpty(); i++) {
                        try {
                            step(blobs);
                        } catch (IOException e) {
                            failures++;
                        }
                    }
                    assertThat(failures).isLessThanOrEqualTo(1);
                    files.failAt(-1);
                    // What a failed fsync has forgotten is not on the disk, whatever the page cache
                    // says.
                    blobs = afterPowerCut(blobs);
                    checkAll(blobs);
                    blobs.close();
                });
    }

    @Test
    void aFullDiskRefusesLosesNothingAndGoesOn() {
        long[] refused = new long[1];
        seeds(
                40,
                seed -> {
                    DiskBlobs blobs = open();
                    for (int round = 0; round < 4; round++) {
                        files.fullAt(
                                random.nextInt(100), 1 + random.nextInt(12), random.nextBoolean());
                        for (int i = 0; i < 80; i++) {
                            try {
                                step(blobs);
                            } catch (IOException e) {
                                assertThat(e.toString()).containsIgnoringCase("full");
                                refused[0] += e instanceof NoSpaceException ? 1 : 0;
                            }
                        }
                        assertThat(blobs.failure()).isEmpty();
                        files.fullAt(0, 0, false);
                        write(blobs);
                        blobs.delete(List.of());
                        if (random.nextBoolean()) {
                            blobs = afterPowerCut(blobs);
                        }
                        checkAll(blobs);
                    }
                    blobs.close();
                });
        // What was never refused proves nothing.
        assertThat(refused[0]).isGreaterThan(20);
    }

    @Test
    void spaceOfWhatWasDeletedComesBack() {
        seeds(
                5,
                seed -> {
                    DiskBlobs blobs = open();
                    for (int i = 0; i < 400; i++) {
                        write(blobs);
                    }
                    long before = blobs.counts().liveBytes() + blobs.counts().deadBytes();
                    while (kept.size() > 40) {
                        delete(blobs);
                    }
                    while (blobs.tidy() >= 0) {
                        checkOne(blobs);
                    }
                    BlobCounts after = blobs.counts();
                    assertThat(after.liveBytes() + after.deadBytes()).isLessThan(before / 2);
                    checkAll(blobs);
                    blobs = afterPowerCut(blobs);
                    checkAll(blobs);
                    blobs.close();
                });
    }
}
