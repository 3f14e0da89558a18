package io.brume.node.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.VolumeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of encrypted volumes, which no disk may get. */
class DataKeysTest {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String VOLUME = "vol-0123456789abcdef0";
    private static final ByteString KEY =
            ByteString.copyFromUtf8(
                    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+");

    @TempDir Path disk;
    private Path folder;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        folder = MEMORY.resolve("brume-test-" + ProcessHandle.current().pid() + "-keys");
        file = disk.resolve("ledger");
        assumeThat(Files.isDirectory(MEMORY) && Files.getFileStore(MEMORY).type().equals("tmpfs"))
                .isTrue();
    }

    @AfterEach
    void removeFiles() throws IOException {
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (Path each : files.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(folder);
        }
    }

    private static Desired word(long generation, ByteString key) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setVolume(
                        VolumeSpec.newBuilder()
                                .setVolumeId(VOLUME)
                                .setEncrypted(true)
                                .setDataKey(key))
                .build();
    }

    private static void record(Ledger ledger, Desired word) throws IOException {
        ledger.record(List.of(Ledger.wanted(VOLUME, word, Optional.empty())));
    }

    private static ByteString keyIn(Ledger ledger) {
        return ledger.entry(VOLUME).orElseThrow().getDesired().getVolume().getDataKey();
    }

    @Test
    void theLedgersFileNeverHasTheKeyAndANewAgentHasItAllTheSame() throws Exception {
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(folder)))) {
            record(ledger, word(1, KEY));
            assertThat(keyIn(ledger)).isEqualTo(KEY);
            for (int i = 2; i < 100; i++) {
                ledger.record(List.of(Ledger.wanted(VOLUME, word(i, KEY), ledger.entry(VOLUME))));
            }
            assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(KEY.toStringUtf8());
        }
        assertThat(Files.getPosixFilePermissions(folder.resolve(VOLUME)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(folder))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(folder)))) {
            assertThat(keyIn(ledger)).isEqualTo(KEY);
            record(ledger, word(200, ByteString.EMPTY));
            assertThat(keyIn(ledger)).as("a word that could not tell it").isEqualTo(KEY);
            ledger.record(List.of(Ledger.forgotten(VOLUME)));
        }
        assertThat(folder.resolve(VOLUME)).doesNotExist();
    }

    @Test
    void afterAStartOfTheHostTheKeyIsGoneUntilItIsToldAgain() throws Exception {
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(folder)))) {
            record(ledger, word(1, KEY));
        }
        removeFiles();
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(folder)))) {
            assertThat(keyIn(ledger)).isEmpty();
            record(ledger, word(1, KEY));
            assertThat(keyIn(ledger)).isEqualTo(KEY);
        }
        assertThat(folder.resolve(VOLUME)).hasBinaryContent(KEY.toByteArray());
    }

    @Test
    void aDiskIsNotTaken() throws Exception {
        assumeThat(Files.getFileStore(disk).type()).isNotIn("tmpfs", "ramfs");
        Path onDisk = disk.resolve("keys");
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(onDisk)))) {
            record(ledger, word(1, KEY));
            assertThat(keyIn(ledger)).as("this process has it").isEqualTo(KEY);
        }
        assertThat(onDisk).doesNotExist();
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(onDisk, folder)))) {
            assertThat(keyIn(ledger)).isEmpty();
            record(ledger, word(2, KEY));
        }
        assertThat(folder.resolve(VOLUME)).as("the next folder is in memory").exists();
    }

    @Test
    void keysOfVolumesThatTheLedgerDoesNotKnowAreRemoved() throws Exception {
        try (Ledger ledger = Ledger.open(file, DataKeys.inMemoryOf(List.of(folder)))) {
            record(ledger, word(1, KEY));
        }
        try (Ledger other =
                Ledger.open(disk.resolve("another"), DataKeys.inMemoryOf(List.of(folder)))) {
            assertThat(other.entries()).isEmpty();
        }
        assertThat(folder.resolve(VOLUME)).doesNotExist();
    }
}
