package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

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
 * How this package calls the C library: functions that tell why they failed, and a file opened by
 * its path for the length of a call. Source: open(2), close(2), errno(3).
 */
final class NativeCalls {
    static final int EINTR = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** Calls of foreign functions. */
    interface Body<T> {
        /**
         * Makes them.
         *
         * @param state the first argument of each: where errno goes
         */
        T call(Arena arena, MemorySegment state) throws Throwable;
    }

    /** Calls of foreign functions with an open file. */
    interface FileBody<T> {
        T call(int descriptor, MemorySegment state) throws Throwable;
    }

    private NativeCalls() {}

    /** A function of the C library; its handle takes the state before the function's arguments. */
    @SuppressWarnings("restricted") // this package is where foreign functions are called from
    static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }

    /** Runs calls with memory of their own. */
    static <T> T call(Body<T> body) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return body.call(arena, newState(arena));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
    }

    /** Runs calls with a file that is open meanwhile. */
    static <T> T withFile(Path path, int flags, FileBody<T> body) throws IOException {
        int descriptor = open(path, flags);
        try {
            return call((arena, state) -> body.call(descriptor, state));
        } finally {
            close(descriptor);
        }
    }

    /** Opens a file that stays open. */
    static int open(Path path, int flags) throws IOException {
        return call((arena, state) -> {
            int descriptor =
                    (int) OPEN.invokeExact(state, arena.allocateFrom(path.toString()), flags);
            if (descriptor < 0) {
                throw failure("open", path, state);
            }
            return descriptor;
        });
    }

    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(newState(arena), descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
    }

    /** The first argument of a call: where errno goes. */
    static MemorySegment newState(Arena arena) {
        return arena.allocate(STATE);
    }

    static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    static IOException failure(String call, Path path, MemorySegment state) {
        return new IOException(call + " " + path + ": errno " + errno(state));
    }
}
