package io.brume.node.volume.nbd;

import static java.util.Objects.requireNonNull;

import io.brume.node.volume.BlockDevice;
import io.brume.node.volume.EventLoop;
import io.brume.node.volume.FailingDevice;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import io.brume.node.volume.VolumeBackend;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeWant;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One volume with its loop, its backend and its servers: one for the host's guests, one for a
 * client from outside. What is not final belongs to the loop.
 */
final class NbdVolume {
    private static final Logger LOG = LoggerFactory.getLogger(NbdVolume.class);

    // What is asked of a loop is answered after what it is doing now, none of which waits.
    private static final Duration ANSWER = Duration.ofSeconds(10);

    // A task that waits for the end of a day keeps what it knows for as long.
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    /** What volumes share. */
    record Parts(VolumeBackend.Factory backends, OutsideDoors doors) {
        Parts {
            requireNonNull(backends);
            requireNonNull(doors);
        }
    }

    /** How a client from outside is let in: closed on the loop of its volume. */
    private record Outside(OutsideOffer offer, NbdServer server, OutsideDoors.Door door) {
        OutsideAddress address() {
            return door.address();
        }

        /** The bridge first, so that nothing more comes to the server. */
        void close() {
            door.close();
            server.close();
        }
    }

    private final String volumeId;
    private final Path socket;
    private final EventLoop loop;
    private final Parts parts;
    private final Runnable changed;
    private @Nullable VolumeBackend backend;
    private @Nullable NbdServer server;
    private boolean failing;
    private volatile @Nullable Outside outside;
    private volatile @Nullable VolumeStatus status;

    /**
     * @param socket for guests
     * @param changed told, on the loop, when its status has changed
     */
    NbdVolume(String volumeId, Path socket, EventLoop loop, Parts parts, Runnable changed) {
        this.volumeId = requireNonNull(volumeId);
        this.socket = requireNonNull(socket);
        this.loop = requireNonNull(loop);
        this.parts = requireNonNull(parts);
        this.changed = requireNonNull(changed);
    }

    /** Beside the guests' socket, the one behind the bridge. */
    static Path outsideOf(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".tls");
    }

    Optional<VolumeStatus> status() {
        return Optional.ofNullable(status);
    }

    void apply(VolumeWant want) {
        loop.execute(() -> {
            if (failing) {
                return;
            }
            var opened = backend;
            if (opened == null) {
                opened = parts.backends().open(loop, want, this::heard);
                backend = opened;
                opened.device().onResize(this::grown);
            }
            opened.apply(want);
        });
    }

    private void heard(VolumeStatus now) {
        if (!failing) {
            status = now;
            changed.run();
        }
    }

    private void grown() {
        var serving = server;
        if (serving != null) {
            serving.restartConnections();
        }
    }

    /** The socket for guests. */
    Path offer() throws IOException {
        return call(() -> {
            serve(open().device());
            return socket;
        });
    }

    private VolumeBackend open() throws IOException {
        var opened = backend;
        if (opened == null) {
            throw new IOException("the volume " + volumeId + " is not open");
        }
        return opened;
    }

    private void serve(BlockDevice device) throws IOException {
        if (server != null) {
            return;
        }
        var fresh =
                new NbdServer(loop, device, new NbdExport(volumeId, "", false), NbdLimits.STANDARD);
        fresh.listen(socket, OptionalInt.empty());
        server = fresh;
    }

    void withdrawSoon() {
        loop.execute(this::withdraw);
    }

    private void withdraw() {
        var serving = server;
        server = null;
        if (serving != null) {
            serving.close();
        }
    }

    void offerOutside(OutsideOffer offer) throws IOException {
        var known = outside;
        if (known != null && known.offer().equals(offer)) {
            return;
        }
        withdrawOutside();
        if (!parts.doors().left(offer).isPositive()) {
            return;
        }
        Path behind = outsideOf(socket);
        NbdServer inner = call(() -> serverBehind(behind, offer));
        try {
            var opened = new Outside(offer, inner, parts.doors().open(volumeId, offer, behind));
            outside = opened;
            loop.execute(() -> endInTime(opened));
        } catch (IOException e) {
            loop.execute(inner::close);
            throw e;
        }
    }

    private NbdServer serverBehind(Path behind, OutsideOffer offer) throws IOException {
        var export = new NbdExport(volumeId, "", offer.readOnly());
        var inner = new NbdServer(loop, open().device(), export, NbdLimits.STANDARD);
        inner.listenForBridge(behind);
        return inner;
    }

    /** Its time is its own: nobody has to tell that it is over. */
    private void endInTime(Outside opened) {
        if (!opened.equals(outside)) {
            return;
        }
        Duration left = parts.doors().left(opened.offer());
        if (left.isPositive()) {
            Duration pause = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
            loop.after(pause, () -> endInTime(opened));
            return;
        }
        opened.close();
        outside = null;
        LOG.info("{}: the time of its client from outside is over", volumeId);
        changed.run();
    }

    Optional<OutsideAddress> outside() {
        return Optional.ofNullable(outside).map(Outside::address);
    }

    void withdrawOutside() throws IOException {
        var opened = outside;
        if (opened != null) {
            opened.door().close();
            call(() -> {
                opened.close();
                return true;
            });
            outside = null;
        }
    }

    /** Answers with errors from now on. */
    Path fail(long sizeBytes) throws IOException {
        return call(() -> {
            failing = true;
            status = null;
            var opened = backend;
            if (opened != null) {
                opened.close();
            }
            serve(opened == null ? new FailingDevice(sizeBytes) : opened.device());
            return socket;
        });
    }

    void end() {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                var served = outside;
                if (served != null) {
                    served.close();
                }
                withdraw();
                var opened = backend;
                if (opened != null) {
                    opened.close();
                }
                ended.complete(true);
            });
            await(ended);
        } catch (IOException | RejectedExecutionException e) {
            LOG.warn("{}: its loop does not answer and is closed", volumeId, e);
        }
        loop.close();
    }

    private <T> T call(Callable<T> task) throws IOException {
        var answer = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                answer.complete(task.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return await(answer);
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(volumeId + ": " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException(volumeId + " did not answer within " + ANSWER, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException(volumeId + ": interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
