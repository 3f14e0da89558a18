package io.brume.storage.object.index.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Calls something again and again, by so many clients, for a time; says how that went. */
final class Load {
    private static final int TIMES = 1 << 18;
    private static final OperatingSystemMXBean PROGRAM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Duration each;

    Load(Duration each) {
        this.each = each;
    }

    void warmUp(int clients, LongConsumer call) throws Exception {
        var _ = run(clients, call);
    }

    void measure(String what, int clients, LongConsumer call) throws Exception {
        long processor = PROGRAM.getProcessCpuTime();
        long start = System.nanoTime();
        long[] times = run(clients, call);
        double seconds = (System.nanoTime() - start) / 1e9;
        processor = PROGRAM.getProcessCpuTime() - processor;
        Arrays.sort(times);
        print(
                "  %-18s %2d clients: %,8.0f /s, p50 %6.2f ms, p99 %6.2f ms, %6.0f us CPU each%n",
                what,
                clients,
                times.length / seconds,
                times[times.length / 2] / 1e6,
                times[times.length * 99 / 100] / 1e6,
                processor / 1e3 / times.length);
    }

    private long[] run(int clients, LongConsumer call) throws Exception {
        AtomicLong turns = new AtomicLong();
        long end = System.nanoTime() + each.toNanos();
        List<Future<long[]>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < clients; client++) {
                all.add(threads.submit(() -> loop(turns, end, call)));
            }
        }
        long[] times = new long[0];
        for (Future<long[]> one : all) {
            int before = times.length;
            times = Arrays.copyOf(times, before + one.get().length);
            System.arraycopy(one.get(), 0, times, before, one.get().length);
        }
        return times;
    }

    private static long[] loop(AtomicLong turns, long end, LongConsumer call) {
        long[] times = new long[TIMES];
        int count = 0;
        for (long now = System.nanoTime(); now < end; ) {
            call.accept(turns.getAndIncrement());
            long done = System.nanoTime();
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = done - now;
            now = done;
        }
        return Arrays.copyOf(times, count);
    }

    @FormatMethod
    void print(@FormatString String format, Object... values) {
        System.out.printf(format, values);
    }
}
