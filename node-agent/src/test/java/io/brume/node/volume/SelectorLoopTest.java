package io.brume.node.volume;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SelectorLoopTest {
    @TempDir private Path folder;
    private SelectorLoop loop;

    @BeforeEach
    void start() throws IOException {
        loop = SelectorLoop.start("loop-under-test", Time.system());
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private <T> T on(Callable<T> task) throws Exception {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }

    @Test
    void runsTheTasksOfOneThreadInTheirOrder() throws Exception {
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            loop.execute(() -> seen.add(number));
        }
        assertThat(on(() -> List.copyOf(seen))).hasSize(10_000).isSorted();
    }

    @Test
    void knowsItsThread() throws Exception {
        assertThat(loop.isHere()).isFalse();
        assertThat(on(() -> loop.isHere())).isTrue();
    }

    @Test
    void aTaskThatFailsHurtsNoOther() throws Exception {
        loop.execute(() -> {
            throw new AssertionError("on purpose");
        });
        assertThat(on(() -> 7)).isEqualTo(7);
    }

    @Test
    void timersRunInTheOrderOfTheirTimesAndNotEarly() throws Exception {
        List<String> seen = new ArrayList<>();
        var all = new CountDownLatch(4);
        long began = System.nanoTime();
        var waited = new CompletableFuture<Long>();
        loop.execute(() -> {
            timer(60, "c", seen, all);
            timer(20, "a", seen, all);
            timer(20, "b", seen, all);
        });
        loop.after(
                Duration.ofMillis(80),
                () -> {
                    waited.complete(System.nanoTime() - began);
                    seen.add("d");
                    all.countDown();
                });
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(on(() -> List.copyOf(seen))).containsExactly("a", "b", "c", "d");
        assertThat(waited.get()).isGreaterThanOrEqualTo(Duration.ofMillis(80).toNanos());
    }

    private void timer(int millis, String name, List<String> seen, CountDownLatch all) {
        loop.after(
                Duration.ofMillis(millis),
                () -> {
                    seen.add(name);
                    all.countDown();
                });
    }

    @Test
    void aVeryLongPauseIsNoProblem() throws Exception {
        loop.after(Duration.ofSeconds(Long.MAX_VALUE), () -> {});
        assertThat(on(() -> 1)).isEqualTo(1);
    }

    @Test
    void aTaskThatGivesItselfAgainLetsSocketsAndTimersLive() throws Exception {
        var stop = new CompletableFuture<Void>();
        on(() -> {
            again(stop);
            return true;
        });
        assertThat(echo(UnixDomainSocketAddress.of(folder.resolve("s")), false)).isEqualTo("ab");
        var timer = new CompletableFuture<Boolean>();
        loop.after(Duration.ofMillis(5), () -> timer.complete(true));
        assertThat(timer.get(10, TimeUnit.SECONDS)).isTrue();
        stop.complete(null);
    }

    private void again(CompletableFuture<Void> stop) {
        if (!stop.isDone()) {
            loop.execute(() -> again(stop));
        }
    }

    @Test
    void watchesUnixAndTcpSockets() throws Exception {
        assertThat(echo(UnixDomainSocketAddress.of(folder.resolve("s")), false)).isEqualTo("ab");
        assertThat(echo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false))
                .isEqualTo("ab");
    }

    @Test
    void aHandlerThatFailsClosesItsOwnChannelOnly() throws Exception {
        var address = UnixDomainSocketAddress.of(folder.resolve("s"));
        assertThat(echo(address, true)).isEmpty();
        assertThat(echo(UnixDomainSocketAddress.of(folder.resolve("t")), false)).isEqualTo("ab");
    }

    /** Sends two bytes to a server on the loop; gives what came back until the end. */
    private String echo(SocketAddress address, boolean fail) throws Exception {
        boolean unix = address instanceof UnixDomainSocketAddress;
        var server =
                unix
                        ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        : ServerSocketChannel.open();
        server.bind(address);
        SocketAddress bound = server.getLocalAddress();
        server.configureBlocking(false);
        var failed = new CompletableFuture<Throwable>();
        var listener =
                on(() -> loop.register(server, OP_ACCEPT, ops -> accept(server, fail, failed)));
        try (SocketChannel client = SocketChannel.open(bound)) {
            client.write(ByteBuffer.wrap(new byte[] {'a', 'b'}));
            client.shutdownOutput();
            if (fail) {
                assertThat(failed.get(10, TimeUnit.SECONDS)).hasMessage("on purpose");
                return "";
            }
            var into = ByteBuffer.allocate(10);
            while (client.read(into) >= 0) {
                assertThat(into.hasRemaining()).isTrue();
            }
            return new String(into.array(), 0, into.position(), US_ASCII);
        } finally {
            on(() -> {
                listener.cancel();
                return true;
            });
        }
    }

    private void accept(
            ServerSocketChannel server, boolean fail, CompletableFuture<Throwable> failed)
            throws IOException {
        SocketChannel peer = server.accept();
        peer.configureBlocking(false);
        loop.register(
                peer,
                OP_READ,
                new EventLoop.Ready() {
                    @Override
                    public void ready(int operations) throws IOException {
                        if (fail) {
                            throw new IllegalStateException("on purpose");
                        }
                        var bytes = ByteBuffer.allocate(10);
                        if (peer.read(bytes) < 0) {
                            peer.close();
                        }
                        peer.write(bytes.flip());
                    }

                    @Override
                    public void failed(Throwable cause) {
                        assertThat(peer.isOpen()).isFalse();
                        failed.complete(cause);
                    }
                });
    }

    @Test
    void registeringIsForItsThread() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        assertThatThrownBy(() -> loop.register(pipe.source(), OP_READ, ops -> {}))
                .isInstanceOf(IllegalStateException.class);
        pipe.source().close();
        pipe.sink().close();
    }

    @Test
    void closingClosesChannelsAndTakesNoMore() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        on(() -> loop.register(pipe.source(), OP_READ, ops -> {}));
        loop.close();
        assertThat(pipe.source().isOpen()).isFalse();
        pipe.sink().close();
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        loop.close();
    }

    @Test
    void mayCloseItself() throws Exception {
        loop.execute(loop::close);
        loop.close();
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void losesNoWakeUp() throws Exception {
        // Each task is given while the loop is about to sleep after the one before.
        for (int i = 0; i < 20_000; i++) {
            int number = i;
            assertThat(on(() -> number)).isEqualTo(number);
        }
    }
}
