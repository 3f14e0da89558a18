package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.session.SessionHost;
import io.brume.storage.keep.ReplicaKeeper;
import java.io.IOException;
import java.util.List;

/** This node, as its session sees it. Thread-safe. */
record StorageHost(DiskFacts disk, BlockServerFacts blocks, ReplicaKeeper keeper)
        implements SessionHost {
    StorageHost {
        requireNonNull(disk);
        requireNonNull(blocks);
        requireNonNull(keeper);
    }

    @Override
    public NodeFacts facts() {
        return disk.facts(blocks);
    }

    @Override
    public NodeObservation vitals() {
        return disk.vitals();
    }

    @Override
    public void desired(List<Desired> things) throws IOException {
        keeper.desired(things);
    }

    @Override
    public void changed(List<Change> changes) throws IOException {
        keeper.changed(changes);
    }
}
