package io.brume.storage.block.files;

import io.brume.common.ffm.SparseFiles;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of the operating system. */
final class SystemFile implements BlockFile {
    private static final Logger LOG = LoggerFactory.getLogger(SystemFile.class);
    private static final int ZEROS = 1 << 20;

    /**
     * The JDK's {@code ExtendedOpenOption.DIRECT}; null when it has none. Found by its name, since
     * the compiler warns of its package.
     */
    private static final @Nullable OpenOption DIRECT = direct();

    private static @Nullable OpenOption direct() {
        try {
            return Class.forName("com.sun.nio.file.ExtendedOpenOption").getField("DIRECT").get(null)
                            instanceof OpenOption option
                    ? option
                    : null;
        } catch (ReflectiveOperationException e) {
            LOG.info("files are written through the cache: {}", e.toString());
            return null;
        }
    }

    private final Path path;
    private final FileChannel channel;
    private final List<Arena> mappings = new ArrayList<>();

    /** Where the operating system's position is: {@link #append} moves it only when it must. */
    private long position;

    /** Guarded by this. */
    private @Nullable FileChannel pastCache;

    private boolean askedPast;

    SystemFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void resize(long size) throws IOException {
        long before = channel.size();
        if (size < before) {
            channel.truncate(size);
        } else if (size > before) {
            SparseFiles.extend(path, size);
        }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return readFully(into, position);
        } finally {
            restore(interrupted);
        }
    }

    /** The JDK closes the file of a thread that is interrupted: an interrupt waits outside. */
    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int readFully(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                break;
            }
            at += count;
        }
        return (int) (at - position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } finally {
            restore(interrupted);
        }
    }

    @Override
    public void writeDirect(ByteBuffer from, long position) throws IOException {
        FileChannel past = past();
        boolean interrupted = Thread.interrupted();
        try {
            long at = position;
            while (past != null && from.hasRemaining() && at % DIRECT_UNIT == 0) {
                at += past.write(from, at);
            }
            write(from, at);
        } finally {
            restore(interrupted);
        }
    }

    /** The file as one whose bytes are not cached; null when the file system has no such. */
    private synchronized @Nullable FileChannel past() {
        if (!askedPast) {
            askedPast = true;
            try {
                if (DIRECT != null && DIRECT_UNIT % Files.getFileStore(path).getBlockSize() == 0) {
                    pastCache = FileChannel.open(path, StandardOpenOption.WRITE, DIRECT);
                }
            } catch (IOException | UnsupportedOperationException e) {
                LOG.debug("{} is written through the cache: {}", path, e.toString());
            }
        }
        return pastCache;
    }

    @Override
    public void append(ByteBuffer[] from, long at) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            if (position != at) {
                channel.position(at);
                position = at;
            }
            while (from[0].hasRemaining() || from[1].hasRemaining()) {
                long count = channel.write(from);
                if (count == 0) {
                    throw new EOFException("the disk takes no more of " + path.getFileName());
                }
                position += count;
            }
        } finally {
            restore(interrupted);
        }
    }

    @Override
    public void punch(long position, long length) throws IOException {
        if (SparseFiles.punch(path, position, length)) {
            return;
        }
        long end = Math.min(position + length, channel.size());
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, length));
        for (long at = position; at < end; ) {
            zeros.position(0).limit((int) Math.min(zeros.capacity(), end - at));
            int count = zeros.limit();
            write(zeros, at);
            at += count;
        }
    }

    @Override
    public void force() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            channel.force(false);
        } finally {
            restore(interrupted);
        }
    }

    @Override
    public MemorySegment map(long length) throws IOException {
        Arena arena = Arena.ofShared();
        synchronized (mappings) {
            mappings.add(arena);
        }
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
    }

    @Override
    public void allocate(long length) throws IOException {
        SparseFiles.allocate(path, length);
    }

    @Override
    public FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        synchronized (mappings) {
            for (Arena arena : mappings) {
                arena.close();
            }
            mappings.clear();
        }
        try (FileChannel past = given()) {
            channel.close();
        }
    }

    private synchronized @Nullable FileChannel given() {
        askedPast = true;
        FileChannel past = pastCache;
        pastCache = null;
        return past;
    }
}
