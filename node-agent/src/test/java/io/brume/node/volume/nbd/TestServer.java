package io.brume.node.volume.nbd;

import io.brume.common.time.Time;
import io.brume.node.volume.BlockDevice;
import io.brume.node.volume.SelectorLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** A server on a loop of its own, with a socket in a folder of the test. */
final class TestServer implements AutoCloseable {
    final SelectorLoop loop;
    final NbdServer server;
    final Path socket;
    private boolean closed;

    private TestServer(SelectorLoop loop, NbdServer server, Path socket) {
        this.loop = loop;
        this.server = server;
        this.socket = socket;
    }

    static TestServer start(Path folder, BlockDevice device) throws Exception {
        return start(folder, NbdLimits.STANDARD, loop -> device);
    }

    static TestServer start(
            Path folder, NbdLimits limits, Function<SelectorLoop, BlockDevice> device)
            throws Exception {
        SelectorLoop loop = SelectorLoop.start("nbd-test", Time.system());
        var export = new NbdExport("disk", "a disk for tests", false);
        var server = new NbdServer(loop, device.apply(loop), export, limits);
        var test = new TestServer(loop, server, folder.resolve("nbd.sock"));
        test.on(() -> {
            server.listen(test.socket, OptionalInt.empty());
            return true;
        });
        return test;
    }

    /** Runs on the loop, and waits for it. */
    <T> T on(Callable<T> task) throws IOException {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    /** Waits until no client is left, and checks that nothing was kept. */
    void awaitNothingKept() {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .pollInterval(2, TimeUnit.MILLISECONDS)
                .until(() ->
                        on(() ->
                                server.connections() == 0
                                        && server.pool().lent() == 0
                                        && server.pool().lentSmall() == 0
                                        && !server.pool().isAwaited()));
    }

    String uri() {
        return "nbd+unix:///disk?socket=" + socket;
    }

    /** May be called again. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        on(() -> {
            server.close();
            return true;
        });
        loop.close();
    }
}
