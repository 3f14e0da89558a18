package io.brume.control.fleet;

import io.brume.proto.node.v1.Desired;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest word on each thing of one host. Not thread-safe: its owner guards it. Bounded by what
 * the reconcilers have placed on the host.
 */
public final class DesiredThings {
    private final Map<String, Desired> things = new LinkedHashMap<>();

    /** The id of the thing that a message is about. */
    public static String idOf(Desired desired) {
        String id =
                switch (desired.getThingCase()) {
                    case INSTANCE -> desired.getInstance().getInstanceId();
                    case VPC -> desired.getVpc().getVpcId();
                    case IMAGE -> desired.getImage().getImageId();
                    case VOLUME -> desired.getVolume().getVolumeId();
                    case REPLICA -> desired.getReplica().getVolumeId();
                    case SNAPSHOT -> desired.getSnapshot().getSnapshotId();
                    case OBJECT_STORE -> desired.getObjectStore().getId();
                    case THING_NOT_SET -> "";
                };
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a desired thing must have an id");
        }
        return id;
    }

    /** Whether this was news: a generation above the one held. */
    public boolean put(Desired desired) {
        String id = idOf(desired);
        Desired held = things.get(id);
        if (held != null
                && Long.compareUnsigned(desired.getGeneration(), held.getGeneration()) <= 0) {
            return false;
        }
        things.put(id, desired);
        return true;
    }

    /** Whether it was there. */
    public boolean remove(String id) {
        return things.remove(id) != null;
    }

    /** All of them, each with its latest word. */
    public List<Desired> all() {
        return new ArrayList<>(things.values());
    }

    public boolean isEmpty() {
        return things.isEmpty();
    }
}
