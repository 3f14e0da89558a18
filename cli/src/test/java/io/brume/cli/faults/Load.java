package io.brume.cli.faults;

import io.brume.cli.faults.NbdConnection.Reply;
import io.brume.cli.faults.NumberedBlock.WrongBytesException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write, zero, flush and read a volume by NBD, with several requests under way on each
 * of two connections, and note in a {@link History} what was acknowledged. A connection that breaks
 * is opened again for as long as it takes; an error in an answer fails the run.
 */
final class Load implements AutoCloseable {
    /** How long a request, or the way back to a server, may take. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int CONNECTIONS = 2;
    private static final int THREADS_EACH = 4;
    private static final int MOST_BLOCKS = 16;

    /** From this size on replicas write past their journals. */
    private static final int LARGE_BLOCKS = 64;

    private final Path socket;
    private final String export;
    private final History history;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Shared> connections = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean ending;

    private Load(Path socket, String export, History history) {
        this.socket = socket;
        this.export = export;
        this.history = history;
    }

    /** Begins; each thread's requests follow from the seed. */
    static Load begin(Path socket, String export, History history, long seed) {
        var load = new Load(socket, export, history);
        for (int i = 0; i < CONNECTIONS; i++) {
            Shared shared = load.new Shared();
            load.connections.add(shared);
            for (int j = 0; j < THREADS_EACH; j++) {
                var random = new Random(seed * 31 + (long) i * THREADS_EACH + j);
                load.threads.add(
                        Thread.ofPlatform()
                                .daemon()
                                .name("load-" + i + "-" + j)
                                .start(() -> load.run(shared, random)));
            }
        }
        return load;
    }

    /** How many requests were answered. */
    long answered() {
        return answered.get();
    }

    /** The longest that any request had to wait for its answer or for the server to come back. */
    Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    /** Throws what has gone wrong, if anything has. */
    void check() {
        Throwable wrong = failure.get();
        if (wrong != null) {
            throw new AssertionError(wrong.toString(), wrong);
        }
    }

    /** Waits for the answers to what is under way, and ends. */
    @Override
    public void close() throws InterruptedException, IOException {
        ending = true;
        for (Thread thread : threads) {
            thread.join(2 * PATIENCE.toMillis());
        }
        // A server has so many connections and no more: one that is forgotten is kept until it
        // dies.
        for (Shared shared : connections) {
            shared.close();
        }
        check();
    }

    /** A connection that several threads use, and which any of them opens again. */
    private final class Shared {
        private @Nullable NbdConnection connection;

        synchronized NbdConnection open() throws InterruptedException {
            if (connection == null) {
                connection = NbdConnection.patiently(socket, export, PATIENCE);
            }
            return connection;
        }

        synchronized void close() throws IOException {
            if (connection != null) {
                broken(connection);
            }
        }

        synchronized void broken(NbdConnection one) throws IOException {
            if (connection == one) {
                connection = null;
                one.close();
            }
        }
    }

    private void run(Shared shared, Random random) {
        try {
            while (!ending && failure.get() == null) {
                step(shared, random);
                LockSupport.parkNanos(random.nextInt(2_000_000));
            }
        } catch (InterruptedException | IOException | WrongBytesException | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    private void step(Shared shared, Random random)
            throws IOException, InterruptedException, WrongBytesException {
        int count = random.nextInt(20) == 0 ? LARGE_BLOCKS : 1 + random.nextInt(MOST_BLOCKS);
        int first = random.nextInt(history.blocks() - count + 1);
        int kind = random.nextInt(100);
        int flags = random.nextInt(5) == 0 ? NbdConnection.FUA : 0;
        if (!history.take(first, count)) {
            return;
        }
        try {
            if (kind < 70) {
                write(shared, first, count, flags);
            } else if (kind < 78) {
                zero(shared, NbdConnection.WRITE_ZEROES, first, count, flags);
            } else if (kind < 82) {
                zero(shared, NbdConnection.TRIM, first, count, flags);
            } else if (kind < 90) {
                ask(shared, NbdConnection.FLUSH, 0, 0, 0, new byte[0]);
            } else {
                Reply reply = ask(shared, NbdConnection.READ, 0, first, count, new byte[0]);
                if (reply != null) {
                    history.check(first, ByteBuffer.wrap(reply.data()));
                }
            }
        } finally {
            history.give(first, count);
        }
    }

    private void write(Shared shared, int first, int count, int flags)
            throws IOException, InterruptedException {
        long number = history.next();
        ByteBuffer data = ByteBuffer.allocate(count * NumberedBlock.BYTES);
        for (int i = 0; i < count; i++) {
            NumberedBlock.put(data, number, (long) (first + i) * NumberedBlock.BYTES);
        }
        history.maybe(first, count, number);
        if (ask(shared, NbdConnection.WRITE, flags, first, count, data.array()) != null) {
            history.acknowledged(first, count, number);
        }
    }

    private void zero(Shared shared, int command, int first, int count, int flags)
            throws IOException, InterruptedException {
        history.maybe(first, count, NumberedBlock.ZEROS);
        if (ask(shared, command, flags, first, count, new byte[0]) != null) {
            history.acknowledged(first, count, NumberedBlock.ZEROS);
        }
    }

    /** The answer, or null when the connection broke first. */
    private @Nullable Reply ask(
            Shared shared, int command, int flags, int first, int count, byte[] data)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        NbdConnection connection = shared.open();
        try {
            Reply reply =
                    connection.ask(
                            command,
                            flags,
                            (long) first * NumberedBlock.BYTES,
                            count * NumberedBlock.BYTES,
                            data,
                            PATIENCE);
            if (reply.error() != 0) {
                throw new AssertionError(
                        "command %d of block %d is answered error %d"
                                .formatted(command, first, reply.error()));
            }
            answered.incrementAndGet();
            return reply;
        } catch (IOException e) {
            shared.broken(connection);
            return null;
        } finally {
            longest.accumulateAndGet(System.nanoTime() - began, Math::max);
        }
    }
}
