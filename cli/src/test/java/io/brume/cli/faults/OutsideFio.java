package io.brume.cli.faults;

import io.brume.cli.cloud.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * fio on this machine as a client of a volume: it writes a part of it and verifies, over and over.
 */
final class OutsideFio implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AtomicInteger verified = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean ending;

    /**
     * Begins.
     *
     * @param offset of the part in the volume, bytes
     */
    OutsideFio(Path socket, long offset) {
        thread = Thread.ofPlatform().daemon().name("outside fio").start(() -> run(socket, offset));
    }

    private void run(Path socket, long offset) {
        try {
            while (!ending) {
                Command.run(
                                PATIENCE,
                                "fio",
                                "--name=outside",
                                "--ioengine=nbd",
                                "--uri=nbd+unix:///?socket=" + socket,
                                "--offset=" + offset,
                                "--size=4M",
                                "--rw=randwrite",
                                "--bs=8k",
                                "--iodepth=8",
                                "--rate_iops=1000",
                                "--fsync=16",
                                "--verify=crc32c",
                                "--verify_fatal=1",
                                "--verify_backlog=64",
                                "--verify_state_save=0",
                                "--randrepeat=0",
                                "--output-format=terse")
                        .ok();
                verified.incrementAndGet();
            }
        } catch (RuntimeException | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    /** How many times it has written all of its part and read it back as it was. */
    int verified() {
        check();
        return verified.get();
    }

    private void check() {
        Throwable wrong = failure.get();
        if (wrong != null) {
            throw new AssertionError(wrong.toString(), wrong);
        }
    }

    /** Lets it come to its end; throws what has gone wrong. */
    @Override
    public void close() throws InterruptedException {
        ending = true;
        thread.join(PATIENCE.toMillis());
        check();
    }
}
