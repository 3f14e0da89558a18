package io.brume.session;

import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import java.io.IOException;
import java.util.List;

/**
 * What a session needs of the node that it is for. {@link #desired} and {@link #changed} come from
 * one thread, one at a time; the rest may come from several threads at once and may block.
 */
public interface SessionHost {
    /** What it is, told when a session begins. */
    NodeFacts facts();

    /** How it is now, told with each heartbeat. */
    NodeObservation vitals();

    /**
     * All that the control plane desires of this node. What is not among it is to be removed.
     *
     * @throws IOException when it could not be taken up: the session ends, and it is told again
     */
    void desired(List<Desired> things) throws IOException;

    /**
     * What has changed since, in order.
     *
     * @throws IOException as {@link #desired}
     */
    void changed(List<Change> changes) throws IOException;

    /** One word of the control plane. */
    sealed interface Change {
        /** How a thing is to be. */
        record Wanted(Desired thing) implements Change {}

        /** The thing need not be here any more. */
        record Released(String id) implements Change {}
    }
}
