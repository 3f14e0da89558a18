package io.brume.storage.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A small ext4 file system of its own that can be filled to the last block and emptied again. Needs
 * root and a loop device; leaves nothing behind.
 */
public final class SmallDisk implements AutoCloseable {
    private final Path mount;
    private final Path ballast;

    /** Makes the file system in a folder, and mounts it there. */
    public SmallDisk(Path folder, long bytes) throws Exception {
        Path image = folder.resolve("disk.img");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        this.mount = Files.createDirectories(folder.resolve("disk"));
        this.ballast = mount.resolve("ballast");
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "nodiscard", image.toString());
        run("mount", "-o", "loop", image.toString(), mount.toString());
    }

    /** Where the file system is. */
    public Path mount() {
        return mount;
    }

    /** Takes all the space that is left, as another program would. */
    public void fill() throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        ballast,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND)) {
            for (int size = 1 << 20; size >= 4096; size /= 4) {
                fill(file, size);
            }
            file.force(true);
        }
    }

    private static void fill(FileChannel file, int size) {
        ByteBuffer zeros = ByteBuffer.allocateDirect(size);
        try {
            while (true) {
                file.write(zeros.clear());
            }
        } catch (IOException e) {
            // That is what it is to come to.
            return;
        }
    }

    /** Gives the space back. */
    public void empty() throws IOException {
        Files.deleteIfExists(ballast);
    }

    @Override
    public void close() throws Exception {
        run("umount", mount.toString());
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + process.exitValue());
        }
    }
}
