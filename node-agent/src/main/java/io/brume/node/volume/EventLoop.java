package io.brume.node.volume;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread of a volume: it waits for sockets, timers and tasks, and runs what they want, one
 * after the other. Nothing that runs on it may block. A simulation has one of its own.
 */
public interface EventLoop extends Executor, AutoCloseable {
    /**
     * Runs a task soon, in the order given by one thread; from any thread. A task that fails is
     * logged, and hurts no other. What is given on the loop runs after all that was ready together
     * with the giver.
     */
    @Override
    void execute(Runnable task);

    /** Runs a task after a pause; from any thread. */
    void after(Duration pause, Runnable task);

    /** Monotonic time; nanoseconds. */
    long nanos();

    /** Whether the caller is the loop's thread. */
    boolean isHere();

    /**
     * Watches a non-blocking channel; on the loop's thread.
     *
     * @param interest of {@link java.nio.channels.SelectionKey}
     */
    Registration register(SelectableChannel channel, int interest, Ready ready) throws IOException;

    /** Ends the thread after what is running now, and closes what is registered. */
    @Override
    void close();

    /** Called when a channel can do what it was watched for. */
    @FunctionalInterface
    interface Ready {
        /**
         * Does it.
         *
         * @throws IOException and anything else that is thrown closes this channel, and no more
         */
        void ready(int operations) throws IOException;

        /** Called once, after the channel was closed because {@link #ready} failed. */
        default void failed(Throwable cause) {}
    }

    /** A channel that is watched. On the loop's thread. */
    interface Registration {
        void interest(int operations);

        /** Closes the channel, too, without a call of {@link Ready#failed}. */
        void cancel();
    }
}
