package io.brume.storage.block;

import io.brume.proto.block.v1.ReplicaFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a replica is, apart from its bytes: which volume's, how long, and the highest epoch that it
 * knows. Each change is durable before it is seen. Thread-safe.
 */
final class ReplicaIdentity {
    private final ReplicaFolder folder;
    private volatile ReplicaFile file;

    ReplicaIdentity(ReplicaFolder folder, ReplicaFile file) {
        this.folder = folder;
        this.file = file;
    }

    String volumeId() {
        return file.getVolumeId();
    }

    Path folder() {
        return folder.path();
    }

    long number() {
        return file.getNumber();
    }

    long sizeBytes() {
        return file.getSizeBytes();
    }

    long epoch() {
        return file.getEpoch();
    }

    /**
     * Takes a higher epoch; the same one changes nothing.
     *
     * @return false when a higher one is known
     */
    synchronized boolean raise(long epoch) throws IOException {
        if (epoch > file.getEpoch()) {
            save(file.toBuilder().setEpoch(epoch).build());
        }
        return epoch == file.getEpoch();
    }

    /** Grows it; a size that is not larger changes nothing. */
    synchronized void grow(long sizeBytes) throws IOException {
        if (sizeBytes > file.getSizeBytes()) {
            save(file.toBuilder().setSizeBytes(sizeBytes).build());
        }
    }

    private void save(ReplicaFile changed) throws IOException {
        folder.save(changed);
        file = changed;
    }
}
