package io.brume.node.instance;

import io.brume.proto.node.v1.InstanceObservation;

/** Whom an instance's owner tells. Calls return soon. Thread-safe. */
public interface InstanceReports {
    /** Something about the instance has changed. */
    void observed(InstanceObservation seen);

    /** The instance is gone, and the control plane does not ask for it any more. */
    void forgotten(String instanceId);
}
