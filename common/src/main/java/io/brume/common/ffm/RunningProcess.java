package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Another process of this host, to be asked whether it runs: as cheap as a system call can be, and
 * never of another one that has got its number. For one thread. Source: pidfd_open(2), poll(2).
 */
public final class RunningProcess implements AutoCloseable {
    private static final long PIDFD_OPEN = 434;
    private static final short POLLIN = 1;

    private static final MethodHandle SYSCALL =
            NativeCalls.function(
                    "syscall",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle POLL =
            NativeCalls.function(
                    "poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private final int descriptor;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = NativeCalls.newState(arena);
    private final MemorySegment question = arena.allocate(JAVA_LONG);
    private boolean closed;

    private RunningProcess(int descriptor) {
        this.descriptor = descriptor;
        question.set(JAVA_INT, 0, descriptor);
        question.set(JAVA_SHORT, Integer.BYTES, POLLIN);
    }

    /**
     * Takes hold of the process that has that number now.
     *
     * @throws IOException when none has
     */
    public static RunningProcess open(int number) throws IOException {
        return new RunningProcess(
                NativeCalls.call((arena, state) -> {
                    long made = (long) SYSCALL.invokeExact(state, PIDFD_OPEN, number, 0);
                    if (made < 0) {
                        throw NativeCalls.failure(
                                "pidfd_open", Path.of(Integer.toString(number)), state);
                    }
                    return (int) made;
                }));
    }

    /** Whether anything of it still runs. */
    public boolean isRunning() {
        if (closed) {
            return false;
        }
        try {
            return (int) POLL.invokeExact(state, question, 1L, 0) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeCalls.close(descriptor);
        }
    }
}
