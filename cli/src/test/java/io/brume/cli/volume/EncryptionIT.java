package io.brume.cli.volume;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.DataKey;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What real clients write to an encrypted volume, and what of it is on the disks of its nodes. */
@Timeout(120)
class EncryptionIT {
    private static final long SIZE = 24L << 20;
    private static final String MARK = "nobody but the guest may read this line";

    @TempDir Path folder;

    private static DataKey key() {
        byte[] key = new byte[64];
        new SecureRandom().nextBytes(key);
        return DataKey.of(true, key);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A disk's image: lines of the mark, with a gap, of no whole number of blocks. */
    private Path image() throws Exception {
        Path image = folder.resolve("image");
        byte[] bytes = new byte[(int) SIZE];
        byte[] line = (MARK + "\n").getBytes(US_ASCII);
        for (int at = 0; at < 9 << 20; at += line.length) {
            System.arraycopy(line, 0, bytes, at, line.length);
        }
        for (int at = (20 << 20) + 100; at < (21 << 20) + 777; at += line.length) {
            System.arraycopy(line, 0, bytes, at, line.length);
        }
        return Files.write(image, bytes);
    }

    /** How many files below hold the mark. */
    private static long filesWithTheMark(Path below) throws Exception {
        long found = 0;
        try (var files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found += hasTheMark(file) ? 1 : 0;
            }
        }
        return found;
    }

    /** Piece by piece: journals are large. */
    private static boolean hasTheMark(Path file) throws Exception {
        byte[] piece = new byte[1 << 20];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(piece, kept, piece.length - kept);
                    n >= 0;
                    n = in.read(piece, kept, piece.length - kept)) {
                int length = kept + n;
                if (new String(piece, 0, length, ISO_8859_1).contains(MARK)) {
                    return true;
                }
                kept = Math.min(length, MARK.length());
                System.arraycopy(piece, length - kept, piece, 0, kept);
            }
        }
        return false;
    }

    private void fill(ServedByReplicas volume, Path image) throws Exception {
        // Large requests, and then small ones that begin and end within blocks.
        run("nbdcopy", "--flush", image.toString(), volume.uri());
        run(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 0x41 1000000 100",
                "-c",
                "write -P 0x42 5000000 70000",
                "-c",
                "write -z 6000000 5000",
                "-c",
                "flush",
                "-c",
                "read -P 0x41 1000000 100",
                "-c",
                "read -P 0x42 5000000 70000",
                "-c",
                "read -P 0 6000000 5000",
                volume.uri());
    }

    private void assertSame(ServedByReplicas volume, Path image) throws Exception {
        Path expected = folder.resolve("expected");
        byte[] bytes = Files.readAllBytes(image);
        Arrays.fill(bytes, 1_000_000, 1_000_100, (byte) 0x41);
        Arrays.fill(bytes, 5_000_000, 5_070_000, (byte) 0x42);
        Arrays.fill(bytes, 6_000_000, 6_005_000, (byte) 0);
        Files.write(expected, bytes);
        Path read = folder.resolve("read");
        Files.deleteIfExists(read);
        run("nbdcopy", volume.uri(), read.toString());
        assertThat(Files.mismatch(read, expected)).as("first byte that differs").isEqualTo(-1);
    }

    @Test
    void clientsReadWhatTheyWroteAndDisksHaveNothingOfIt() throws Exception {
        Path image = image();
        Path disks = folder.resolve("encrypted");
        DataKey key = key();
        try (var volume = new ServedByReplicas(disks, 2, SIZE, true, key)) {
            fill(volume, image);
            assertSame(volume, image);
            // One alone, opened anew: read from segments or the journal, whatever it is by now.
            volume.serveOnly(volume.replicas.getLast());
            assertSame(volume, image);
        }
        assertThat(filesWithTheMark(disks)).isZero();
        Path open = folder.resolve("open");
        try (var volume = new ServedByReplicas(open, 1, SIZE, true)) {
            fill(volume, image);
        }
        assertThat(filesWithTheMark(open)).as("the search finds what is there").isPositive();
    }
}
