package io.brume.storage.block;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** All replicas and snapshots of this node. Thread-safe. */
public interface BlockStore extends AutoCloseable {
    /** Every replica by volume id. */
    Map<String, Replica> replicas();

    Optional<Replica> replica(String volumeId);

    /**
     * Makes a replica that reads as zeros, or as a snapshot that this node keeps; durable when it
     * returns. One that exists is given as it is.
     *
     * @throws IOException when it cannot be made; nothing is left of it then
     */
    Replica create(String volumeId, long sizeBytes, Optional<String> baseSnapshotId)
            throws IOException;

    /** Removes a replica with all its data. One that does not exist is removed already. */
    void delete(String volumeId) throws IOException;

    /** Every snapshot that a replica of this node was cut for. */
    Map<String, Snapshot> snapshots();

    /** Removes a snapshot, and the chunks that nobody else uses. */
    void deleteSnapshot(String snapshotId) throws IOException;

    /** Bytes that may still be written. */
    long freeBytes();

    /** What ended it: after a disk has failed nothing works until the program starts anew. */
    Optional<IOException> failure();

    @Override
    void close();

    /**
     * How far a snapshot is.
     *
     * @param preserved chunks that are safe
     * @param chunks chunks to be made safe
     * @param fullBytes bytes of the volume that are not zeros
     */
    record Snapshot(
            String snapshotId, String volumeId, long preserved, long chunks, long fullBytes) {
        public boolean isComplete() {
            return preserved == chunks;
        }
    }
}
