package io.brume.store.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.time.Time;
import io.brume.store.Codec;
import io.brume.store.KeyCodec;
import io.brume.store.Store;
import io.brume.store.Table;
import io.brume.store.raft.ReplicatedStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Small commits on a group of one, every one of them on the disk before it is acknowledged: each
 * client reads a row and writes it back with a hundred bytes. Beside it, in the same run, how often
 * the disk can be made to write 4 KiB durably: by one writer, and by as many as there are clients.
 */
public final class StoreBench {
    private static final Table<Long, byte[]> TABLE =
            Table.of(1, "bench", KeyCodec.int64(), Codec.of(bytes -> bytes, bytes -> bytes));
    private static final int ROWS_PER_CLIENT = 100;

    private StoreBench() {}

    /** The directory, the seconds for each number of clients, and those numbers. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Duration each = Duration.ofSeconds(Long.parseLong(arguments[1]));
        int[] clients = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        double oneWriter = syncs(directory, 1, Duration.ofSeconds(2));
        print("disk: %.0f durable 4 KiB writes/s by one writer%n", oneWriter);
        try (Store store = open(directory)) {
            run(store, 16, Duration.ofSeconds(5));
            for (int count : clients) {
                Result result = run(store, count, each);
                print(
                        "clients %3d: %7.0f commits/s  p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms"
                                + "  cpu %4.0f us/commit  %.2f x the disk's rate%n",
                        count,
                        result.rate(),
                        result.millis(0.5),
                        result.millis(0.99),
                        result.millis(1),
                        result.cpuMicros(),
                        result.rate() / oneWriter);
            }
            reads(store);
        }
        print(
                "disk: %.0f durable 4 KiB writes/s by one writer%n",
                syncs(directory, 1, Duration.ofSeconds(2)));
    }

    @FormatMethod
    private static void print(@FormatString String format, Object... values) {
        System.out.printf(format, values);
    }

    private static Store open(Path directory) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        RaftMember self = new RaftMember("bench", "127.0.0.1", port, 0);
        ReplicatedStore store =
                ReplicatedStore.open(
                        RaftSettings.alone(UUID.randomUUID(), self, directory.resolve("log")),
                        directory.resolve("rows"),
                        Time.system(),
                        new Random());
        store.awaitLeader(Duration.ofSeconds(10));
        return store;
    }

    private static final class Result {
        private final long[] nanos;
        private final Duration took;
        private final long cpuNanos;

        Result(long[] nanos, Duration took, long cpuNanos) {
            this.nanos = nanos;
            this.took = took;
            this.cpuNanos = cpuNanos;
        }

        double rate() {
            return nanos.length / (took.toNanos() / 1e9);
        }

        double millis(double quantile) {
            return nanos[(int) Math.min(nanos.length - 1, (long) (quantile * nanos.length))] / 1e6;
        }

        double cpuMicros() {
            return cpuNanos / 1e3 / nanos.length;
        }
    }

    private static Result run(Store store, int clients, Duration each)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long cpu = cpu();
        long end = start + each.toNanos();
        List<Future<long[]>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < clients; client++) {
                long base = (long) client * ROWS_PER_CLIENT;
                running.add(threads.submit(() -> client(store, base, end)));
            }
        }
        long cpuUsed = cpu() - cpu;
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        List<long[]> all = new ArrayList<>();
        for (Future<long[]> one : running) {
            all.add(one.get());
        }
        long[] nanos = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(nanos, took, cpuUsed);
    }

    private static long[] client(Store store, long base, long end) {
        long[] nanos = new long[1024];
        int count = 0;
        byte[] value = new byte[100];
        long now = System.nanoTime();
        while (now < end) {
            long key = base + count % ROWS_PER_CLIENT;
            store.update(tx -> {
                tx.get(TABLE, key);
                tx.put(TABLE, key, value);
            });
            long then = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = then - now;
            now = then;
        }
        return Arrays.copyOf(nanos, count);
    }

    private static void reads(Store store) {
        int warm = 20_000;
        int count = 100_000;
        long start = 0;
        for (int i = -warm; i < count; i++) {
            if (i == 0) {
                start = System.nanoTime();
            }
            long key = i & 63;
            store.view(tx -> tx.get(TABLE, key) == null);
        }
        double micros = (System.nanoTime() - start) / 1e3 / count;
        print("one reader: %.1f us for a linearizable view of one row%n", micros);
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private static double syncs(Path directory, int writers, Duration each) throws IOException {
        Path file = directory.resolve("sync-" + writers);
        ByteBuffer block = ByteBuffer.allocateDirect(4096);
        long start = System.nanoTime();
        long count = 0;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 4096; i++) {
                block.clear();
                channel.write(block, i * 4096L);
            }
            channel.force(true);
            start = System.nanoTime();
            while (System.nanoTime() - start < each.toNanos()) {
                block.clear();
                channel.write(block, (count++ % 4096) * 4096L);
                channel.force(false);
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return count / ((System.nanoTime() - start) / 1e9);
    }
}
