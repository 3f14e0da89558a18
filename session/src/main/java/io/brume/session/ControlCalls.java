package io.brume.session;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Single questions of a node to the control plane, beside its session. Thread-safe. */
public final class ControlCalls implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ControlChannel control;

    /** Dials with the first question. */
    public ControlCalls(Membership membership) throws IOException {
        this.control = ControlChannel.of(membership, threads);
    }

    /**
     * Asks; blocks.
     *
     * @param question makes one call on the channel, within a deadline
     * @throws StatusRuntimeException as the call ended
     */
    public <T> T ask(Function<Channel, T> question) {
        try {
            return question.apply(control.channel());
        } catch (StatusRuntimeException e) {
            // The next one is not to wait for a pause that was meant for a program that is away.
            control.channel().resetConnectBackoff();
            throw e;
        }
    }

    @Override
    public void close() throws InterruptedException {
        control.close();
        threads.shutdownNow();
    }
}
