package io.brume.node.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.LedgerEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void begin() {
        file = folder.resolve("agent/ledger");
    }

    private static LedgerEntry entry(String id, long generation) {
        return Ledger.wanted(
                id,
                Desired.newBuilder()
                        .setGeneration(generation)
                        .setInstance(InstanceSpec.newBuilder().setInstanceId(id))
                        .build(),
                Optional.empty());
    }

    private Map<String, LedgerEntry> reopened() throws IOException {
        try (Ledger ledger = Ledger.open(file)) {
            return ledger.entries();
        }
    }

    @Test
    void remembersTheLatestWord() throws Exception {
        try (Ledger ledger = Ledger.open(file)) {
            ledger.record(List.of(entry("i-1", 1), entry("i-2", 1)));
            ledger.record(List.of(entry("i-1", 2)));
            ledger.reached(
                    InstanceObservation.newBuilder().setInstanceId("i-1").setRunEpoch(7).build());
            ledger.reached(InstanceObservation.newBuilder().setInstanceId("i-9").build());
            ledger.record(List.of(Ledger.forgotten("i-2")));
            assertThat(
                            Ledger.wanted("i-1", Desired.getDefaultInstance(), ledger.entry("i-1"))
                                    .getReached()
                                    .getRunEpoch())
                    .as("a newer word keeps how far it came")
                    .isEqualTo(7);
        }
        Map<String, LedgerEntry> entries = reopened();
        assertThat(entries).containsOnlyKeys("i-1");
        assertThat(requireNonNull(entries.get("i-1")).getDesired().getGeneration()).isEqualTo(2);
        assertThat(requireNonNull(entries.get("i-1")).getReached().getRunEpoch()).isEqualTo(7);
    }

    @Test
    void cutsATornEndOffAtEveryLength() throws Exception {
        try (Ledger ledger = Ledger.open(file)) {
            ledger.record(List.of(entry("i-1", 1)));
            ledger.record(List.of(entry("i-2", 1)));
        }
        byte[] whole = Files.readAllBytes(file);
        int half = whole.length / 2;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            Map<String, LedgerEntry> entries = reopened();
            assertThat(entries).as("torn at %s", length).hasSize(length < half ? 0 : 1);
            assertThat(Files.size(file)).isEqualTo(length < half ? 0 : half);
        }
    }

    @Test
    void survivesRotAnywhere() throws Exception {
        try (Ledger ledger = Ledger.open(file)) {
            for (int i = 0; i < 5; i++) {
                ledger.record(List.of(entry("i-" + i, 1)));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        var random = new Random(3);
        for (int round = 0; round < 300; round++) {
            byte[] rotten = whole.clone();
            int at = random.nextInt(rotten.length);
            rotten[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, rotten);
            Map<String, LedgerEntry> entries = reopened();
            assertThat(entries).hasSizeLessThan(5);
            entries.forEach((id, entry) -> assertThat(entry).isEqualTo(entry(id, 1)));
        }
        Files.write(file, new byte[5000]);
        assertThat(reopened()).isEmpty();
    }

    @Test
    void doesNotGrowWithTime() throws Exception {
        try (Ledger ledger = Ledger.open(file)) {
            List<LedgerEntry> many = new ArrayList<>();
            for (int generation = 1; generation <= 200; generation++) {
                many.clear();
                for (int i = 0; i < 300; i++) {
                    many.add(entry("i-" + i, generation));
                }
                ledger.record(many);
            }
            assertThat(ledger.fileBytes()).isLessThan(1_200_000);
        }
        assertThat(reopened()).hasSize(300);
        assertThat(requireNonNull(reopened().get("i-299")).getDesired().getGeneration())
                .isEqualTo(200);
    }

    /** The k-th write or fsync fails, for every k. */
    @Test
    void aFailingDiskLosesNothingThatWasRecorded() throws Exception {
        for (int k = 1; k <= 14; k++) {
            Files.deleteIfExists(file);
            var disk = new FailingFiles(k);
            List<String> recorded = new ArrayList<>();
            int failures = 0;
            try (Ledger ledger = Ledger.open(file, disk)) {
                for (int i = 0; i < 6; i++) {
                    try {
                        ledger.record(List.of(entry("i-" + i, 1)));
                        recorded.add("i-" + i);
                    } catch (IOException e) {
                        failures++;
                    }
                }
            }
            assertThat(reopened().keySet()).as("operation %s failed", k).containsAll(recorded);
            assertThat(failures).isEqualTo(k <= 12 ? 1 : 0);
        }
    }

    @Test
    void refusesAFolderThatCannotBeWritten() throws Exception {
        Files.writeString(folder.resolve("agent"), "a file");
        assertThatThrownBy(() -> Ledger.open(file)).isInstanceOf(IOException.class);
    }

    /** Fails the k-th write or fsync of a file, once. */
    private static final class FailingFiles implements LedgerFiles {
        private final int failing;
        private int operations;

        FailingFiles(int failing) {
            this.failing = failing;
        }

        private void count() throws IOException {
            operations++;
            if (operations == failing) {
                throw new IOException("simulated: No space left on device");
            }
        }

        @Override
        public FileChannel open(Path path, OpenOption... options) throws IOException {
            return new FailingChannel(FileChannel.open(path, options), this::count);
        }

        @Override
        public void syncFolder(Path path) {}
    }

    /** Counts writes and fsyncs. */
    private static final class FailingChannel extends ForwardingChannel {
        interface Counter {
            void count() throws IOException;
        }

        private final Counter counter;

        FailingChannel(FileChannel real, Counter counter) {
            super(real);
            this.counter = counter;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            counter.count();
            return super.write(source, position);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            counter.count();
            super.force(metaData);
        }
    }
}
