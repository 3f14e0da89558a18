package io.brume.node.session;

import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VpcObservation;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The latest observation of each thing of the host, and which of them the control plane has not
 * heard yet. A newer one replaces one that was not sent, so that this grows with the host's things
 * and not with the time that the control plane is away. Thread-safe.
 */
public final class Observations {
    private final Map<String, NodeMessage> latest = new LinkedHashMap<>();
    private final Set<String> unsent = new LinkedHashSet<>();
    private Runnable wake = () -> {};

    public void observed(InstanceObservation seen) {
        put(seen.getInstanceId(), NodeMessage.newBuilder().setInstance(seen).build());
    }

    public void observed(ImageObservation seen) {
        put(seen.getImageId(), NodeMessage.newBuilder().setImage(seen).build());
    }

    public void observed(VpcObservation seen) {
        put(seen.getVpcId(), NodeMessage.newBuilder().setVpc(seen).build());
    }

    public void observed(VolumeObservation seen) {
        put(seen.getVolumeId(), NodeMessage.newBuilder().setVolume(seen).build());
    }

    private void put(String id, NodeMessage message) {
        Runnable woken;
        synchronized (this) {
            if (message.equals(latest.put(id, message))) {
                return;
            }
            unsent.add(id);
            woken = wake;
        }
        woken.run();
    }

    /** The thing is gone and the control plane knows. */
    public synchronized void forget(String id) {
        latest.remove(id);
        unsent.remove(id);
    }

    /** What was last observed of a thing. */
    public synchronized Optional<NodeMessage> latest(String id) {
        return Optional.ofNullable(latest.get(id));
    }

    /** Called whenever there is something to send. */
    synchronized void onUnsent(Runnable listener) {
        wake = listener;
    }

    /** A new session: everything is to be sent again. */
    synchronized void unsendAll() {
        unsent.clear();
        unsent.addAll(latest.keySet());
    }

    /** The next one to send. */
    synchronized @Nullable NodeMessage poll() {
        var next = unsent.iterator();
        if (!next.hasNext()) {
            return null;
        }
        String id = next.next();
        next.remove();
        return latest.get(id);
    }
}
