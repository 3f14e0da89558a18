package io.brume.storage.block;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A block store that forgets everything with the program. Snapshots are complete at once. */
public final class InMemoryBlockStore implements BlockStore {
    private final Map<String, InMemoryReplica> replicas = new ConcurrentHashMap<>();
    private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();
    private volatile Optional<IOException> failure = Optional.empty();

    /** From now on nothing can be made or deleted; empty = it can again. */
    public void fail(Optional<IOException> with) {
        failure = with;
    }

    /** How far a snapshot is, as the test wants it. */
    public void preserve(Snapshot progress) {
        snapshots.put(progress.snapshotId(), progress);
    }

    private void check() throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public Map<String, Replica> replicas() {
        return new LinkedHashMap<>(replicas);
    }

    @Override
    public Optional<Replica> replica(String volumeId) {
        return Optional.ofNullable(replicas.get(volumeId));
    }

    /** The replica with what a test may do to it. */
    public InMemoryReplica known(String volumeId) {
        return Optional.ofNullable(replicas.get(volumeId)).orElseThrow();
    }

    @Override
    public Replica create(String volumeId, long sizeBytes, Optional<String> baseSnapshotId)
            throws IOException {
        check();
        if (baseSnapshotId.isPresent() && !snapshots.containsKey(baseSnapshotId.get())) {
            throw new IOException("the snapshot " + baseSnapshotId.get() + " is not here");
        }
        return replicas.computeIfAbsent(
                volumeId, id -> new InMemoryReplica(id, sizeBytes, this::cut));
    }

    private void cut(String snapshotId, String volumeId) {
        snapshots.putIfAbsent(snapshotId, new Snapshot(snapshotId, volumeId, 1, 1, 4096));
    }

    @Override
    public void delete(String volumeId) throws IOException {
        check();
        replicas.remove(volumeId);
    }

    @Override
    public Map<String, Snapshot> snapshots() {
        return new LinkedHashMap<>(snapshots);
    }

    @Override
    public void deleteSnapshot(String snapshotId) throws IOException {
        check();
        snapshots.remove(snapshotId);
    }

    @Override
    public long freeBytes() {
        return 1L << 30;
    }

    @Override
    public Optional<IOException> failure() {
        return failure;
    }

    @Override
    public void close() {}
}
