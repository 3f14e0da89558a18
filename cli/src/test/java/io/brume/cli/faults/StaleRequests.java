package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.cli.faults.NbdConnection.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** What is asked of a writer while it is deposed, and what it makes of it. One thread at a time. */
final class StaleRequests implements AutoCloseable {
    /** From here on writes are numbered that may never be found. */
    private static final long NEVER = 1L << 40;

    private static final int UNDER_WAY = 8;

    private record UnderWay(int block, long number, CompletableFuture<Reply> reply) {}

    private final NbdConnection connection;
    private final History history;
    private final Random random;
    private final List<UnderWay> before = new ArrayList<>();
    private final List<CompletableFuture<Reply>> after = new ArrayList<>();
    private final AtomicInteger reading = new AtomicInteger();
    private volatile long lastRead;
    private long numbers = NEVER;

    StaleRequests(Path socket, String export, History history, Random random) throws IOException {
        this.connection = NbdConnection.open(socket, export);
        this.history = history;
        this.random = random;
    }

    /** Begins writes that are under way when the fault comes: done or not, as nobody knows. */
    void writeBefore() throws IOException {
        while (before.size() < UNDER_WAY) {
            int block = random.nextInt(history.blocks());
            if (history.take(block, 1)) {
                long number = history.next();
                history.maybe(block, 1, number);
                before.add(new UnderWay(block, number, write(block, number)));
            }
        }
    }

    private CompletableFuture<Reply> write(int block, long number) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(NumberedBlock.BYTES);
        NumberedBlock.put(data, number, at(block));
        return connection.send(
                NbdConnection.WRITE, 0, at(block), NumberedBlock.BYTES, data.array());
    }

    private static long at(int block) {
        return (long) block * NumberedBlock.BYTES;
    }

    private CompletableFuture<Reply> read() throws IOException {
        int block = random.nextInt(history.blocks());
        return connection.send(NbdConnection.READ, 0, at(block), NumberedBlock.BYTES, new byte[0]);
    }

    /**
     * A read that may still be answered, and until when it was is noted. None while several wait: a
     * server stops reading from who asks for more than it takes.
     */
    void readBefore() throws IOException {
        if (reading.get() == UNDER_WAY) {
            return;
        }
        reading.incrementAndGet();
        var _ =
                read().thenAccept(reply -> {
                    reading.decrementAndGet();
                    if (reply.error() == 0) {
                        lastRead = System.nanoTime();
                    }
                });
    }

    /** A write and a read, neither of which may be answered as done. */
    void askAfter() throws IOException {
        after.add(write(random.nextInt(history.blocks()), ++numbers));
        after.add(read());
    }

    /** How long after a moment the last read was answered that may have been; zero = before it. */
    Duration lastReadAfter(long nanos) {
        long last = lastRead;
        return last == 0 || last < nanos ? Duration.ZERO : Duration.ofNanos(last - nanos);
    }

    /**
     * Nothing that was asked too late has been answered as done; what was under way before counts
     * as acknowledged if it was.
     */
    void settle(String when) {
        assertThat(after).as(when).hasSizeGreaterThan(20);
        assertThat(after).as(when).noneMatch(StaleRequests::isDone);
        for (UnderWay one : before) {
            if (isDone(one.reply())) {
                history.acknowledged(one.block(), 1, one.number());
            }
            history.give(one.block(), 1);
        }
    }

    private static boolean isDone(CompletableFuture<Reply> reply) {
        return reply.isDone() && !reply.isCompletedExceptionally() && reply.join().error() == 0;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
