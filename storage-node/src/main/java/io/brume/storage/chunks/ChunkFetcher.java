package io.brume.storage.chunks;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.Blocks;
import io.brume.proto.node.v1.ChunkSource;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Pace;
import io.brume.storage.block.chunk.ReceivedSnapshots;
import io.brume.storage.block.chunk.ReceivedSnapshots.Missing;
import io.brume.storage.block.chunk.VolumeBases;
import io.brume.storage.block.chunk.VolumeChunks;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that makes snapshots which do not come by a cut, and brings their chunks from other
 * nodes, and those that volumes of this node were made from, at a bounded rate. What it has brought
 * is durable at once, so it goes on where it was after a restart. What cannot be had now is tried
 * again each second. Thread-safe.
 */
public final class ChunkFetcher implements Arrivals, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkFetcher.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final DiskBlockStore store;
    private final VolumeBases bases;
    private final ReceivedSnapshots snapshots;
    private final GrpcChunkPeers peers;
    private final Pace pace;
    private final Map<String, SnapshotSpec> wanted = new ConcurrentHashMap<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** Works at once. */
    public ChunkFetcher(DiskBlockStore store, GrpcChunkPeers peers, Pace pace) {
        this.store = requireNonNull(store);
        this.bases = store.chunks().bases();
        this.snapshots = store.chunks().received();
        this.peers = requireNonNull(peers);
        this.pace = requireNonNull(pace);
        this.thread = Thread.ofPlatform().daemon().name("chunk-fetcher").start(this::run);
    }

    @Override
    public void sources(String snapshotId, List<ChunkSource> sources) {
        if (!wanted.containsKey(snapshotId)) {
            peers.know(snapshotId, "", sources);
        }
    }

    @Override
    public void want(SnapshotSpec spec) {
        String id = spec.getSnapshotId();
        if (!spec.equals(wanted.put(id, spec))) {
            peers.know(id, spec.getCopyOf(), spec.getSourcesList());
            news.release();
        }
    }

    @Override
    public void forget(String snapshotId) {
        wanted.remove(snapshotId);
        problems.remove(snapshotId);
        peers.know(snapshotId, "", List.of());
    }

    @Override
    public Optional<String> problem(String snapshotId) {
        return Optional.ofNullable(problems.get(snapshotId));
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    for (SnapshotSpec spec : wanted.values()) {
                        make(spec);
                    }
                    fetchSnapshots();
                    for (VolumeChunks volume : bases.remote()) {
                        fetchBase(volume);
                    }
                } catch (IOException | RuntimeException e) {
                    LOG.error("Chunks cannot be brought here now", e);
                }
                if (news.tryAcquire(AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // It is closed.
            Thread.currentThread().interrupt();
        }
    }

    private void problem(String snapshotId, IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        if (wanted.containsKey(snapshotId) && !reason.equals(problems.put(snapshotId, reason))) {
            LOG.warn("{} does not come: {}; trying on", snapshotId, reason);
        }
    }

    /** Makes a snapshot that is not here, and seals one that is not to be written any more. */
    private void make(SnapshotSpec spec) {
        String id = spec.getSnapshotId();
        try {
            Optional<ReceivedSnapshots.Standing> standing = snapshots.standing(id);
            if (standing.isPresent()) {
                if (standing.get().open() && !spec.getOpen()) {
                    snapshots.seal(id);
                }
            } else if (!spec.getCopyOf().isEmpty() || !spec.getOpen()) {
                create(spec, names(spec));
            } else {
                create(spec, new TreeMap<>());
            }
            problems.remove(id);
        } catch (IOException e) {
            problem(id, e);
        }
    }

    private SortedMap<Integer, byte[]> names(SnapshotSpec spec) throws IOException {
        if (!spec.getCopyOf().isEmpty()) {
            Optional<SortedMap<Integer, byte[]>> here =
                    snapshots.list(spec.getCopyOf(), 0, Integer.MAX_VALUE);
            if (here.isPresent()) {
                return here.get();
            }
        }
        return peers.manifest(spec.getSnapshotId());
    }

    private void create(SnapshotSpec spec, SortedMap<Integer, byte[]> names) throws IOException {
        long size = spec.getSizeBytes();
        if (size <= 0 || (!names.isEmpty() && (long) names.lastKey() * Blocks.CHUNK >= size)) {
            throw new IOException("a snapshot of " + size + " bytes cannot be");
        }
        snapshots.create(spec.getSnapshotId(), size, names, spec.getOpen());
        LOG.info("{} is begun: {} chunks", spec.getSnapshotId(), names.size());
    }

    private void fetchSnapshots() throws IOException, InterruptedException {
        Set<String> without = new HashSet<>();
        Optional<Missing> next = snapshots.nextMissing(without);
        while (next.isPresent() && !closed) {
            Missing chunk = next.get();
            try {
                if (snapshots.isHere(chunk)) {
                    snapshots.fetched(chunk, Optional.empty());
                } else {
                    checkSpace();
                    snapshots.fetched(
                            chunk,
                            Optional.of(
                                    peers.chunk(chunk.snapshotId(), chunk.index(), chunk.hash())));
                    pause();
                }
            } catch (IOException e) {
                problem(chunk.snapshotId(), e);
                without.add(chunk.snapshotId());
            }
            next = snapshots.nextMissing(without);
        }
    }

    private void fetchBase(VolumeChunks volume) throws InterruptedException {
        try {
            int chunk = volume.nextUnfilled(0);
            while (chunk >= 0 && !closed) {
                if (!bases.isHere(volume, chunk)) {
                    checkSpace();
                    bases.bring(volume, chunk);
                    pause();
                }
                chunk = volume.nextUnfilled(chunk + 1);
            }
            if (!closed) {
                bases.isAllHere(volume);
                store.wake();
            }
        } catch (IOException e) {
            LOG.debug("what a volume was made from does not come: {}", e.getMessage());
        }
    }

    private void checkSpace() throws IOException {
        if (store.freeBytes() < Blocks.CHUNK) {
            throw new IOException("the disk is full");
        }
    }

    private void pause() throws InterruptedException {
        Thread.sleep(pace.use(Blocks.CHUNK));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
