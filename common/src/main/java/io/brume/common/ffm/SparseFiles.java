package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Files with holes: longer without taking space, and space given back from their midst. Each call
 * opens the file by its path, because a channel does not tell its descriptor: not for hot paths.
 * Thread-safe. Source: truncate(2), fallocate(2).
 */
public final class SparseFiles {
    private static final int O_WRONLY_CLOEXEC = 0x80001;
    private static final int KEEP_SIZE = 1;
    private static final int KEEP_SIZE_PUNCH_HOLE = 3;
    private static final int EOPNOTSUPP = 95;
    private static final int ENOSYS = 38;

    private static final MethodHandle FALLOCATE =
            NativeCalls.function(
                    "fallocate",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle TRUNCATE =
            NativeCalls.function("truncate", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private SparseFiles() {}

    /** Makes a file longer; the new part takes no space. */
    public static void extend(Path path, long size) throws IOException {
        var _ =
                NativeCalls.call((arena, state) -> {
                    MemorySegment name = arena.allocateFrom(path.toString());
                    while ((int) TRUNCATE.invokeExact(state, name, size) < 0) {
                        if (NativeCalls.errno(state) != NativeCalls.EINTR) {
                            throw NativeCalls.failure("truncate", path, state);
                        }
                    }
                    return true;
                });
    }

    /**
     * Punches a hole: what was there reads as zeros and takes no space.
     *
     * @return false when this file system has no holes; nothing was changed then
     */
    public static boolean punch(Path path, long position, long length) throws IOException {
        return allocate(path, KEEP_SIZE_PUNCH_HOLE, position, length);
    }

    /**
     * Takes space for the first bytes of a file, whose size stays as it is.
     *
     * @return false when this file system cannot; nothing was changed then
     */
    public static boolean allocate(Path path, long length) throws IOException {
        return allocate(path, KEEP_SIZE, 0, length);
    }

    private static boolean allocate(Path path, int mode, long position, long length)
            throws IOException {
        return NativeCalls.withFile(
                path,
                O_WRONLY_CLOEXEC,
                (descriptor, state) -> {
                    while ((int) FALLOCATE.invokeExact(state, descriptor, mode, position, length)
                            < 0) {
                        int errno = NativeCalls.errno(state);
                        if (errno == EOPNOTSUPP || errno == ENOSYS) {
                            return false;
                        }
                        if (errno != NativeCalls.EINTR) {
                            throw NativeCalls.failure("fallocate", path, state);
                        }
                    }
                    return true;
                });
    }
}
