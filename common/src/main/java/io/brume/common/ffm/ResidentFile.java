package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads a file as far as the kernel has it in memory, and never waits for its disk: for threads
 * that must not block. For one thread. Source: preadv2(2), RWF_NOWAIT.
 */
public final class ResidentFile implements AutoCloseable {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int RWF_NOWAIT = 8;
    private static final int EAGAIN = 11;

    private static final MethodHandle PREADV2 =
            NativeCalls.function(
                    "preadv2",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));

    private final Path path;
    private final int descriptor;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = NativeCalls.newState(arena);
    private final MemorySegment vector = arena.allocate(ADDRESS, 2);
    private boolean closed;

    private ResidentFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /** Opens a file; that alone may wait for the disk. */
    public static ResidentFile open(Path path) throws IOException {
        return new ResidentFile(path, NativeCalls.open(path, O_RDONLY_CLOEXEC));
    }

    /**
     * Reads bytes into a direct buffer, to a place in it, whatever its position and limit are.
     *
     * @return whether all of them came; otherwise what is in the buffer there means nothing
     * @throws IOException when the file cannot be read in this way
     */
    public boolean read(ByteBuffer into, int at, int size, long position) throws IOException {
        if (closed || !into.isDirect() || at < 0 || size < 0 || size > into.capacity() - at) {
            throw new IOException(path + ": closed, or no room for what is read");
        }
        MemorySegment room = MemorySegment.ofBuffer(into.duplicate().clear());
        vector.setAtIndex(JAVA_LONG, 0, room.address() + at);
        vector.setAtIndex(JAVA_LONG, 1, size);
        long count;
        try {
            count = (long) PREADV2.invokeExact(state, descriptor, vector, 1, position, RWF_NOWAIT);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
        if (count < 0) {
            int error = NativeCalls.errno(state);
            if (error != EAGAIN && error != NativeCalls.EINTR) {
                throw NativeCalls.failure("preadv2", path, state);
            }
        }
        return count == size;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeCalls.close(descriptor);
        }
    }
}
