package io.brume.storage.chunks;

import io.brume.proto.node.v1.ChunkSource;
import io.brume.proto.node.v1.SnapshotSpec;
import java.util.List;
import java.util.Optional;

/** Snapshots that come here by anything but a cut. Thread-safe; no call waits for the network. */
public interface Arrivals {
    /** Nothing comes. */
    Arrivals NONE =
            new Arrivals() {
                @Override
                public void sources(String snapshotId, List<ChunkSource> sources) {}

                @Override
                public void want(SnapshotSpec spec) {}

                @Override
                public void forget(String snapshotId) {}

                @Override
                public Optional<String> problem(String snapshotId) {
                    return Optional.empty();
                }
            };

    /** Who keeps a snapshot that volumes of this node began as. */
    void sources(String snapshotId, List<ChunkSource> sources);

    /** A snapshot is to be here as the spec says; said again, it changes nothing. */
    void want(SnapshotSpec spec);

    /** A snapshot need not be here any more. */
    void forget(String snapshotId);

    /** Why one that is wanted does not come; it is tried on. */
    Optional<String> problem(String snapshotId);
}
