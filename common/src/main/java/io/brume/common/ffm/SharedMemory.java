package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that another program of this host can read: a file that is nowhere but in memory, and goes
 * with the last program that has it. Only root, and who runs this program, can open it. Source:
 * memfd_create(2).
 */
public final class SharedMemory implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;

    private static final MethodHandle MEMFD_CREATE =
            NativeCalls.function(
                    "memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FTRUNCATE =
            NativeCalls.function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));

    private final int descriptor;
    private final ByteBuffer bytes;
    private boolean closed;

    private SharedMemory(int descriptor, ByteBuffer bytes) {
        this.descriptor = descriptor;
        this.bytes = bytes;
    }

    /**
     * Makes some, which is all zeros and takes space only where it was written.
     *
     * @param name for who looks at this program's open files
     */
    public static SharedMemory create(String name, int size) throws IOException {
        int descriptor =
                NativeCalls.call((arena, state) -> {
                    int made =
                            (int)
                                    MEMFD_CREATE.invokeExact(
                                            state, arena.allocateFrom(name), MFD_CLOEXEC);
                    if (made < 0) {
                        throw NativeCalls.failure("memfd_create", Path.of(name), state);
                    }
                    return made;
                });
        try {
            var _ =
                    NativeCalls.call((arena, state) -> {
                        if ((int) FTRUNCATE.invokeExact(state, descriptor, (long) size) < 0) {
                            throw NativeCalls.failure("ftruncate", Path.of(name), state);
                        }
                        return true;
                    });
            return new SharedMemory(descriptor, map(pathOf(descriptor), size));
        } catch (IOException | RuntimeException e) {
            NativeCalls.close(descriptor);
            throw e;
        }
    }

    private static ByteBuffer map(Path path, int size) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, size)
                    .order(ByteOrder.nativeOrder());
        }
    }

    /** What another program has made, from its {@link #path}, to be read. */
    public static ByteBuffer open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.nativeOrder());
        }
    }

    /** In the byte order of this computer; usable for as long as somebody has it. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Where others of this host find it until it is closed. Afterwards, or in a container of its
     * own, something else may be found there: who opens it has to look what it is.
     */
    public Path path() {
        return pathOf(descriptor);
    }

    private static Path pathOf(int descriptor) {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
    }

    /** Nobody can open it any more; who has it keeps it. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            NativeCalls.close(descriptor);
        }
    }
}
