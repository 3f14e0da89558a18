package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.ObjectServerFacts;
import io.brume.session.SessionHost;
import io.brume.storage.keep.ObjectKeeper;
import io.brume.storage.keep.ReplicaKeeper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** This node, as its session sees it. Thread-safe. */
record StorageHost(
        DiskFacts disk,
        BlockServerFacts blocks,
        ObjectServerFacts objects,
        ReplicaKeeper keeper,
        ObjectKeeper objectKeeper)
        implements SessionHost {
    StorageHost {
        requireNonNull(disk);
        requireNonNull(blocks);
        requireNonNull(objects);
        requireNonNull(keeper);
        requireNonNull(objectKeeper);
    }

    @Override
    public NodeFacts facts() {
        return disk.facts(blocks, objects);
    }

    @Override
    public NodeObservation vitals() {
        return disk.vitals();
    }

    @Override
    public void desired(List<Desired> things) throws IOException {
        objectKeeper.desired(things.stream().filter(ObjectKeeper::isOurs).toList());
        keeper.desired(things.stream().filter(thing -> !ObjectKeeper.isOurs(thing)).toList());
    }

    @Override
    public void changed(List<Change> changes) throws IOException {
        var objects = new ArrayList<Desired>();
        var others = new ArrayList<Change>();
        for (var change : changes) {
            if (change instanceof Change.Wanted(Desired thing) && ObjectKeeper.isOurs(thing)) {
                objects.add(thing);
            } else {
                others.add(change);
            }
        }
        objectKeeper.desired(objects);
        keeper.changed(others);
    }
}
