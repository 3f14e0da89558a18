package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.ReplicaFile;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.block.chunk.ChunkStore;
import io.brume.storage.block.chunk.RocksRows;
import io.brume.storage.block.chunk.Rows;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.block.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The block store in a folder of its own. */
public final class DiskBlockStore implements BlockStore {
    private static final Logger LOG = LoggerFactory.getLogger(DiskBlockStore.class);

    private static final long PAUSE_NANOS = 2_000_000;

    /** Which part of the reserve chunks leave to the index and the segments. */
    private static final long CHUNKS_KEEP = 4;

    /** Enough for 2 TiB of volumes that are in use on this host. */
    private static final int SHARED_KIBIBYTES = 64 << 10;

    private final BlockFiles files;
    private final Path folder;
    private final BlockOptions options;
    private final Journal journal;
    private final ChunkStore chunks;
    private final Space space;
    private final RandomGenerator random;
    private final BlockStoreParts parts;
    private final Map<String, DiskReplica> replicas = new ConcurrentHashMap<>();

    /** Volumes whose replica cannot be loaded, and why. */
    private final Map<String, String> damaged = new ConcurrentHashMap<>();

    private final Applier applier;

    private DiskBlockStore(
            Path folder,
            BlockFiles files,
            Rows rows,
            ChunkPeers peers,
            BlockOptions options,
            RandomGenerator random)
            throws IOException {
        this.folder = folder;
        this.files = files;
        this.options = options;
        this.random = random;
        this.parts =
                new BlockStoreParts(
                        options,
                        random,
                        ByteBuffer.allocateDirect(Blocks.CHUNK),
                        new Semaphore(SHARED_KIBIBYTES));
        files.createFolders(folder.resolve("volumes"));
        this.chunks =
                ChunkStore.open(
                        files,
                        folder.resolve("chunks"),
                        rows,
                        peers,
                        (int) (options.segment() / Blocks.CHUNK),
                        options.reserve() / CHUNKS_KEEP);
        this.space = new Space(files, folder, options.reserve(), chunks::pendingBytes);
        this.journal =
                Journal.open(
                        files,
                        folder.resolve("journal"),
                        options.journalFile(),
                        options.journalFiles());
        journal.whenFailed(() -> replicas.values().forEach(DiskReplica::unshare));
        try {
            recover();
        } catch (IOException | RuntimeException e) {
            closeFiles();
            throw e;
        }
        this.applier = new Applier(journal, space, replicas.values());
        applier.start();
    }

    /**
     * Opens the store of a folder that no other program uses, or makes it. Returns when everything
     * that was durable is there again.
     *
     * @param peers where chunks are fetched that are missing or damaged here
     * @throws IOException when the disk fails, or something that was durable is damaged that nobody
     *     could tell from the blocks' sums
     */
    public static DiskBlockStore open(
            Path folder,
            BlockFiles files,
            ChunkPeers peers,
            BlockOptions options,
            RandomGenerator random)
            throws IOException {
        Path index = folder.resolve("index");
        files.createFolders(index);
        return open(folder, files, RocksRows.open(index), peers, options, random);
    }

    /** The same without other nodes. */
    public static DiskBlockStore open(
            Path folder, BlockFiles files, BlockOptions options, RandomGenerator random)
            throws IOException {
        return open(folder, files, ChunkPeers.NONE, options, random);
    }

    /** The same with the index of chunks somewhere else; it is closed with the store. */
    static DiskBlockStore open(
            Path folder,
            BlockFiles files,
            Rows rows,
            ChunkPeers peers,
            BlockOptions options,
            RandomGenerator random)
            throws IOException {
        try {
            return new DiskBlockStore(folder, files, rows, peers, options, random);
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /** The chunks of snapshots, for other nodes and for what comes from them. */
    public ChunkStore chunks() {
        return chunks;
    }

    /** Chunks have come that something may have waited for. */
    public void wake() {
        journal.wake();
    }

    private Path volumes() {
        return folder.resolve("volumes");
    }

    private void recover() throws IOException {
        Map<Long, DiskReplica> byNumber = new HashMap<>();
        for (String name : files.list(volumes())) {
            var replicaFolder = new ReplicaFolder(files, volumes().resolve(name));
            if (!replicaFolder.isReplica()) {
                files.deleteFolder(replicaFolder.path());
                continue;
            }
            ReplicaFile file;
            try {
                file = replicaFolder.load();
            } catch (IOException e) {
                LOG.error("{} cannot be loaded; the others are", name, e);
                damaged.put(name, String.valueOf(e.getMessage()));
                continue;
            }
            DiskReplica replica = load(replicaFolder, file);
            replicas.put(replica.volumeId(), replica);
            byNumber.put(replica.volume().number(), replica);
        }
        if (damaged.isEmpty()) {
            // Otherwise nobody knows whose numbers the others are.
            chunks.retain(byNumber.keySet());
        }
        if (!replicas.isEmpty() && journal.isNew()) {
            throw new IOException("there are replicas, but their journal is gone");
        }
        for (DiskReplica replica : replicas.values()) {
            journal.register(replica.volume());
        }
        journal.recover(record -> {
            DiskReplica replica = byNumber.get(record.volume());
            if (replica != null) {
                replica.replay(record);
            }
        });
        for (DiskReplica replica : replicas.values()) {
            replica.recovered();
            replica.apply(Long.MAX_VALUE);
        }
        journal.begin();
    }

    private DiskReplica load(ReplicaFolder replicaFolder, ReplicaFile file) throws IOException {
        Segments segments = Segments.open(files, replicaFolder.path(), options.segment());
        var replicaChunks =
                new ReplicaChunks(
                        chunks, chunks.volume(file.getNumber(), file.getVolumeId()), segments);
        return new DiskReplica(
                new ReplicaIdentity(replicaFolder, file),
                journal,
                segments,
                replicaChunks,
                space,
                parts);
    }

    @Override
    public Map<String, Replica> replicas() {
        return Map.copyOf(replicas);
    }

    @Override
    public Optional<Replica> replica(String volumeId) {
        return Optional.ofNullable(replicas.get(volumeId));
    }

    @Override
    public synchronized Replica create(
            String volumeId, long sizeBytes, Optional<String> baseSnapshotId) throws IOException {
        DiskReplica existing = replicas.get(volumeId);
        if (existing != null) {
            return existing;
        }
        if (!volumeId.matches("[a-z0-9][a-z0-9-]{0,63}")) {
            throw new IOException("not the id of a volume");
        }
        if (sizeBytes <= 0 || sizeBytes % Blocks.BLOCK != 0) {
            throw new IOException(volumeId + " cannot have " + sizeBytes + " bytes");
        }
        checkUsable();
        if (damaged.containsKey(volumeId)) {
            throw new IOException("its replica is damaged: " + damaged.get(volumeId));
        }
        var replicaFolder = new ReplicaFolder(files, volumes().resolve(volumeId));
        files.deleteFolder(replicaFolder.path());
        files.createFolders(replicaFolder.path());
        ReplicaFile file =
                ReplicaFile.newBuilder()
                        .setVolumeId(volumeId)
                        .setSizeBytes(sizeBytes)
                        .setNumber(newNumber())
                        .build();
        DiskReplica replica;
        try {
            replica = make(replicaFolder, file, baseSnapshotId);
        } catch (IOException e) {
            undo(replicaFolder, file.getNumber(), e);
            throw e;
        }
        replicas.put(volumeId, replica);
        return replica;
    }

    private DiskReplica make(
            ReplicaFolder replicaFolder, ReplicaFile file, Optional<String> baseSnapshotId)
            throws IOException {
        if (baseSnapshotId.isPresent()) {
            chunks.bases().begin(file.getNumber(), baseSnapshotId.get());
        }
        replicaFolder.save(file);
        files.forceFolder(volumes());
        DiskReplica replica = load(replicaFolder, file);
        journal.register(replica.volume());
        return replica;
    }

    /** What it was to begin with goes only when no replica can be there that needs it. */
    private void undo(ReplicaFolder replicaFolder, long number, IOException failure) {
        try {
            files.deleteFolder(replicaFolder.path());
            files.forceFolder(volumes());
            chunks.remove(number);
        } catch (IOException e) {
            // It is forgotten at the next start.
            failure.addSuppressed(e);
        }
    }

    private long newNumber() {
        while (true) {
            long number = random.nextLong() >>> 1;
            if (number != 0
                    && replicas.values().stream()
                            .noneMatch(replica -> replica.volume().number() == number)) {
                return number;
            }
        }
    }

    private void checkUsable() throws IOException {
        IOException failure = journal.failure();
        if (failure != null) {
            throw new IOException("this node's disk has failed", failure);
        }
    }

    @Override
    public synchronized void delete(String volumeId) throws IOException {
        DiskReplica replica = replicas.get(volumeId);
        if (replica == null) {
            if (damaged.containsKey(volumeId)) {
                files.deleteFolder(volumes().resolve(volumeId));
                files.forceFolder(volumes());
                damaged.remove(volumeId);
            }
            return;
        }
        checkUsable();
        if (replica.isPreserving()) {
            throw new IOException("snapshots of " + volumeId + " are not complete yet");
        }
        var replicaFolder = new ReplicaFolder(files, volumes().resolve(volumeId));
        replicaFolder.remove();
        replicas.remove(volumeId);
        replica.remove();
        journal.remove(replica.volume());
        // First: a full disk takes no change of the index, but gives files back.
        files.deleteFolder(replicaFolder.path());
        files.forceFolder(volumes());
        chunks.remove(replica.volume().number());
    }

    @Override
    public Map<String, Snapshot> snapshots() {
        Map<String, Snapshot> all = new TreeMap<>();
        for (DiskReplica replica : replicas.values()) {
            for (String id : replica.unappliedCuts()) {
                all.put(id, new Snapshot(id, replica.volumeId(), 0, 1, 0));
            }
        }
        chunks.progress()
                .forEach((id, progress) ->
                        all.put(
                                id,
                                new Snapshot(
                                        id,
                                        progress.volumeId(),
                                        progress.preserved(),
                                        progress.chunks(),
                                        progress.fullBytes())));
        return Map.copyOf(all);
    }

    @Override
    public void deleteSnapshot(String snapshotId) throws IOException {
        checkUsable();
        // One that is only in the journal is made first: what is there can be deleted.
        while (replicas.values().stream()
                .anyMatch(replica -> replica.unappliedCuts().contains(snapshotId))) {
            journal.wake();
            LockSupport.parkNanos(PAUSE_NANOS);
            checkUsable();
        }
        chunks.deleteSnapshot(snapshotId);
    }

    @Override
    public long freeBytes() {
        try {
            return space.freeBytes();
        } catch (IOException e) {
            LOG.warn("the free space of {} is not known", folder.getFileName(), e);
            return 0;
        }
    }

    @Override
    public Optional<IOException> failure() {
        @Nullable IOException failure = journal.failure();
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        applier.close();
        closeFiles();
    }

    private void closeFiles() {
        List<IOException> failures = new ArrayList<>();
        for (DiskReplica replica : replicas.values()) {
            try {
                replica.close();
            } catch (IOException e) {
                failures.add(e);
            }
        }
        try {
            journal.close();
        } catch (IOException e) {
            failures.add(e);
        }
        chunks.close();
        for (IOException failure : failures) {
            LOG.warn("a file of the block store was not closed", failure);
        }
    }
}
