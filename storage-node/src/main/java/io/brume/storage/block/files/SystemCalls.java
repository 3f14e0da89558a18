package io.brume.storage.block.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The two calls of Linux that the JDK has no door to: truncate(2) to a longer size, and
 * fallocate(2) with FALLOC_FL_PUNCH_HOLE. Each opens the file by its path, because a channel does
 * not tell its descriptor; none of them is on a hot path. Thread-safe.
 */
final class SystemCalls {
    private static final int O_WRONLY_CLOEXEC = 0x80001;
    private static final int KEEP_SIZE_PUNCH_HOLE = 3;
    private static final int EINTR = 4;
    private static final int EOPNOTSUPP = 95;
    private static final int ENOSYS = 38;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FALLOCATE =
            function(
                    "fallocate",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle TRUNCATE =
            function(
                    "truncate",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private SystemCalls() {}

    /** Makes a file longer; the new part takes no space. */
    static void extend(Path path, long size) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            while ((int) TRUNCATE.invokeExact(state, name, size) < 0) {
                if (errno(state) != EINTR) {
                    throw failure("truncate", path, state);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
    }

    /**
     * Punches a hole.
     *
     * @return false when this file system has no holes; nothing was changed then
     */
    static boolean punch(Path path, long position, long length) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor =
                    (int)
                            OPEN.invokeExact(
                                    state, arena.allocateFrom(path.toString()), O_WRONLY_CLOEXEC);
            if (descriptor < 0) {
                throw failure("open", path, state);
            }
            try {
                while ((int)
                                FALLOCATE.invokeExact(
                                        state, descriptor, KEEP_SIZE_PUNCH_HOLE, position, length)
                        < 0) {
                    int errno = errno(state);
                    if (errno == EOPNOTSUPP || errno == ENOSYS) {
                        return false;
                    }
                    if (errno != EINTR) {
                        throw failure("fallocate", path, state);
                    }
                }
                return true;
            } finally {
                int ignored = (int) CLOSE.invokeExact(descriptor);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IOException failure(String call, Path path, MemorySegment state) {
        return new IOException(call + " " + path.getFileName() + ": errno " + errno(state));
    }

    @SuppressWarnings("restricted") // this package is where foreign functions are called from
    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
