package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.cli.cloud.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file system with this machine's fio, the libraries that it needs and the loader that starts it
 * with these, for guests that have nothing of it.
 */
final class FioDisk {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
    private static final int PART = 1 << 20;

    private FioDisk() {}

    /** Makes it, as a file below a folder. */
    static Path make(Path folder) throws IOException {
        Path tree = folder.resolve("fio-tree");
        Path libraries = Files.createDirectories(tree.resolve("lib"));
        Path fio =
                Stream.of(System.getenv("PATH").split(":"))
                        .map(each -> Path.of(each, "fio"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElseThrow();
        Files.copy(fio, tree.resolve("fio"));
        var names = LIBRARY.matcher(Command.run(SOON, "ldd", fio.toString()).ok());
        while (names.find()) {
            Path library = Path.of(names.group(1));
            Files.copy(library, libraries.resolve(library.getFileName()));
        }
        Path disk = folder.resolve("fio.ext4");
        Command.run(
                        SOON,
                        "mke2fs",
                        "-q",
                        "-t",
                        "ext4",
                        "-O",
                        "^has_journal",
                        "-d",
                        tree.toString(),
                        disk.toString(),
                        "256M")
                .ok();
        return disk;
    }

    /** Writes it to a volume; its first part last, so that nobody mounts the half of it. */
    static void put(Path disk, Path socket, String volume) throws Exception {
        try (var connection = NbdConnection.patiently(socket, volume, Load.PATIENCE);
                var file = FileChannel.open(disk)) {
            for (long offset = PART; offset < file.size(); offset += PART) {
                write(connection, file, offset);
            }
            write(connection, file, 0);
        }
    }

    private static void write(NbdConnection connection, FileChannel file, long offset)
            throws IOException, InterruptedException {
        ByteBuffer part = ByteBuffer.allocate(PART);
        while (part.hasRemaining() && file.read(part, offset + part.position()) > 0) {}
        if (part.clear().mismatch(ByteBuffer.allocate(PART)) < 0) {
            return;
        }
        int flags = offset == 0 ? NbdConnection.FUA : 0;
        var reply =
                connection.ask(
                        NbdConnection.WRITE, flags, offset, PART, part.array(), Load.PATIENCE);
        assertThat(reply.error()).isZero();
    }
}
