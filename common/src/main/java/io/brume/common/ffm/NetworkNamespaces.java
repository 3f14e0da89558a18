package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a piece of code inside a Linux network namespace: sockets it opens and files it touches
 * under {@code /proc/sys/net} belong to that namespace, also after it has returned.
 *
 * <p>The namespace is a property of the operating system's thread, so each call has a thread of its
 * own that ends with the call: a thread that has moved never serves anything else. Thread-safe.
 * Needs CAP_SYS_ADMIN. Source: setns(2).
 */
public final class NetworkNamespaces {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    private static final MethodHandle SETNS =
            NativeCalls.function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private NetworkNamespaces() {}

    /**
     * Runs {@code action} in the namespace that {@code namespace} names, for example {@code
     * /run/netns/blue}, and waits for it. Takes about 0.1 ms more than the action.
     *
     * @throws IOException the namespace is not there, this process may not enter it, or what the
     *     action threw
     */
    public static <T> T call(Path namespace, Callable<T> action) throws IOException {
        var task =
                new FutureTask<>(() -> {
                    enter(namespace);
                    return action.call();
                });
        Thread.ofPlatform().name("netns-" + namespace.getFileName()).daemon().start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted in " + namespace);
        } catch (ExecutionException e) {
            switch (java.util.Objects.requireNonNull(e.getCause())) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case Throwable cause -> throw new IOException(cause.getMessage(), cause);
            }
        }
    }

    private static void enter(Path namespace) throws IOException {
        var _ =
                NativeCalls.withFile(
                        namespace,
                        O_RDONLY_CLOEXEC,
                        (descriptor, state) -> {
                            if ((int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET) < 0) {
                                throw NativeCalls.failure("setns", namespace, state);
                            }
                            return true;
                        });
    }
}
