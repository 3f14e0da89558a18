package io.brume.session;

import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VpcObservation;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The latest observation of each thing of the node, and which of them the control plane has not
 * heard yet. A newer one replaces one that was not sent, so that this grows with the node's things
 * and not with the time that the control plane is away. Thread-safe.
 */
public final class Observations {
    private final Map<String, NodeMessage> latest = new LinkedHashMap<>();
    private final Set<String> unsent = new LinkedHashSet<>();
    private final Set<String> gone = new HashSet<>();
    private Runnable wake = () -> {};

    /** An instance is like this now. */
    public void observed(InstanceObservation seen) {
        observed(seen.getInstanceId(), NodeMessage.newBuilder().setInstance(seen).build());
    }

    /** An image is like this now. */
    public void observed(ImageObservation seen) {
        observed(seen.getImageId(), NodeMessage.newBuilder().setImage(seen).build());
    }

    /** A VPC is like this now. */
    public void observed(VpcObservation seen) {
        observed(seen.getVpcId(), NodeMessage.newBuilder().setVpc(seen).build());
    }

    /** A volume that is served here is like this now. */
    public void observed(VolumeObservation seen) {
        observed(seen.getVolumeId(), NodeMessage.newBuilder().setVolume(seen).build());
    }

    /** A thing is like this now. */
    public void observed(String id, NodeMessage message) {
        put(id, message, false);
    }

    /**
     * A thing is gone: this is the last that is told of it. Should it be lost on the way, a new
     * session no longer names the thing, which says the same.
     */
    public void gone(String id, NodeMessage message) {
        put(id, message, true);
    }

    private void put(String id, NodeMessage message, boolean last) {
        Runnable woken;
        synchronized (this) {
            if (last) {
                gone.add(id);
            } else {
                gone.remove(id);
            }
            if (message.equals(latest.put(id, message))) {
                return;
            }
            unsent.add(id);
            woken = wake;
        }
        woken.run();
    }

    /** A thing is gone and the control plane knows: it is not told of again. */
    public synchronized void forget(String id) {
        latest.remove(id);
        unsent.remove(id);
        gone.remove(id);
    }

    /** What was last observed of a thing. */
    public synchronized Optional<NodeMessage> latest(String id) {
        return Optional.ofNullable(latest.get(id));
    }

    /** Called whenever there is something to send. */
    synchronized void onUnsent(Runnable listener) {
        wake = listener;
    }

    /** A new session: everything that is there is to be sent again. */
    synchronized void unsendAll() {
        latest.keySet().removeAll(gone);
        gone.clear();
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
        return gone.remove(id) ? latest.remove(id) : latest.get(id);
    }
}
