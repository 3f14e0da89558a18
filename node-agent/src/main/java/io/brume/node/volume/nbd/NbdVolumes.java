package io.brume.node.volume.nbd;

import static java.util.Objects.requireNonNull;

import io.brume.node.volume.BlockDevice;
import io.brume.node.volume.EventLoop;
import io.brume.node.volume.FailingDevice;
import io.brume.node.volume.VolumeBackend;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeWant;
import io.brume.node.volume.Volumes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes served by NBD, each with a loop, a backend and a server of its own. The socket of a
 * volume is the file with its id in the folder of the sockets. Thread-safe.
 */
public final class NbdVolumes implements Volumes {
    private static final Logger LOG = LoggerFactory.getLogger(NbdVolumes.class);

    // What is asked of a loop is answered after what it is doing now, none of which waits.
    private static final Duration ANSWER = Duration.ofSeconds(10);

    // What struct sockaddr_un takes, without the mark of a new socket.
    private static final int MAX_SOCKET_PATH = 106;

    /** Starts the loop of a volume. */
    @FunctionalInterface
    public interface Loops {
        EventLoop start(String volumeId) throws IOException;
    }

    private final Path folder;
    private final Loops loops;
    private final VolumeBackend.Factory backends;
    private final Map<String, Served> volumes = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    /**
     * No volumes yet.
     *
     * @param folder for the sockets; made when missing, open to this process's user alone
     * @throws IOException when the folder cannot be made
     */
    public NbdVolumes(Path folder, Loops loops, VolumeBackend.Factory backends) throws IOException {
        this.folder = folder.toAbsolutePath().normalize();
        this.loops = requireNonNull(loops);
        this.backends = requireNonNull(backends);
        Files.createDirectories(this.folder);
        Files.setPosixFilePermissions(this.folder, PosixFilePermissions.fromString("rwx------"));
        try (var left = Files.newDirectoryStream(this.folder, "vol-*.sock*")) {
            for (Path socket : left) {
                Files.delete(socket); // Nobody listens there any more.
            }
        }
    }

    @Override
    public void apply(VolumeWant want) throws IOException {
        Served volume = volumes.get(want.volumeId());
        if (volume == null) {
            volume = begin(want.volumeId());
        }
        volume.apply(want);
    }

    private synchronized Served begin(String volumeId) throws IOException {
        Served known = volumes.get(volumeId);
        if (known != null) {
            return known;
        }
        var fresh = new Served(volumeId, socket(volumeId), loops.start(volumeId));
        volumes.put(volumeId, fresh);
        return fresh;
    }

    private Path socket(String volumeId) throws IOException {
        Path socket = folder.resolve(volumeId + ".sock").normalize();
        if (!folder.equals(socket.getParent())) {
            throw new IllegalArgumentException("not a volume id: " + volumeId);
        }
        if (socket.toString().length() > MAX_SOCKET_PATH) {
            throw new IOException("the data directory's name is too long for sockets: " + folder);
        }
        return socket;
    }

    @Override
    public Optional<VolumeStatus> status(String volumeId) {
        return Optional.ofNullable(volumes.get(volumeId)).flatMap(Served::status);
    }

    @Override
    public Path offer(String volumeId) throws IOException {
        Served volume = volumes.get(volumeId);
        if (volume == null) {
            throw new IOException("the volume " + volumeId + " is not served here");
        }
        return volume.call(volume::offer);
    }

    @Override
    public void withdraw(String volumeId) {
        Served volume = volumes.get(volumeId);
        if (volume != null) {
            volume.loop.execute(volume::withdraw);
        }
    }

    @Override
    public Path fail(String volumeId, long sizeBytes) throws IOException {
        Served volume = begin(volumeId);
        return volume.call(() -> volume.fail(sizeBytes));
    }

    @Override
    public void release(String volumeId) {
        Served volume = volumes.remove(volumeId);
        if (volume != null) {
            volume.end();
        }
    }

    @Override
    public void onChange(Consumer<String> listener) {
        listeners.add(requireNonNull(listener));
    }

    @Override
    public void close() {
        List.copyOf(volumes.keySet()).forEach(this::release);
    }

    /** One volume. What is not final belongs to its loop. */
    private final class Served {
        private final String volumeId;
        private final Path socket;
        private final EventLoop loop;
        private @Nullable VolumeBackend backend;
        private @Nullable NbdServer server;
        private boolean failing;
        private volatile @Nullable VolumeStatus status;

        Served(String volumeId, Path socket, EventLoop loop) {
            this.volumeId = volumeId;
            this.socket = socket;
            this.loop = loop;
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
                    opened = backends.open(loop, want, this::changed);
                    backend = opened;
                    opened.device().onResize(this::grown);
                }
                opened.apply(want);
            });
        }

        private void changed(VolumeStatus now) {
            if (!failing) {
                status = now;
                listeners.forEach(listener -> listener.accept(volumeId));
            }
        }

        private void grown() {
            var serving = server;
            if (serving != null) {
                serving.restartConnections();
            }
        }

        Path offer() throws IOException {
            var opened = backend;
            if (opened == null) {
                throw new IOException("the volume " + volumeId + " is not open");
            }
            serve(opened.device());
            return socket;
        }

        private void serve(BlockDevice device) throws IOException {
            if (server != null) {
                return;
            }
            var fresh =
                    new NbdServer(
                            loop, device, new NbdExport(volumeId, "", false), NbdLimits.STANDARD);
            fresh.listen(socket, OptionalInt.empty());
            server = fresh;
        }

        void withdraw() {
            var serving = server;
            server = null;
            if (serving != null) {
                serving.close();
            }
        }

        Path fail(long sizeBytes) throws IOException {
            failing = true;
            status = null;
            var opened = backend;
            if (opened != null) {
                opened.close();
            }
            serve(opened == null ? new FailingDevice(sizeBytes) : opened.device());
            return socket;
        }

        void end() {
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            try {
                loop.execute(() -> {
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

        <T> T call(Callable<T> task) throws IOException {
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
}
