package io.brume.storage;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes sure that one program at a time works on a data folder. Ends with the process. */
final class DataLock implements AutoCloseable {
    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = requireNonNull(channel);
    }

    /**
     * Takes a folder.
     *
     * @throws IOException when another program has it
     */
    static DataLock of(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new IOException("another program works on " + folder);
            }
            return new DataLock(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static java.nio.channels.@Nullable FileLock tryLock(FileChannel channel)
            throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // This very program has it.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
