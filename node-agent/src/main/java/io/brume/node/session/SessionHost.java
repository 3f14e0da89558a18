package io.brume.node.session;

import io.brume.node.instance.SerialConsole;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import java.io.IOException;
import java.util.List;

/**
 * The host as the session sees it. {@link #desired} and {@link #changed} come from one thread, one
 * at a time, and return soon; the rest may come from several threads at once and may block.
 */
public interface SessionHost {
    /** The whole desired state: whatever else the host has is to go. */
    void desired(List<Desired> things) throws IOException;

    /** Things and ids that changed since, in order. */
    void changed(List<Change> changes) throws IOException;

    /** One word of the control plane. */
    sealed interface Change {
        /** How a thing is to be. */
        record Wanted(Desired thing) implements Change {}

        /** A thing is to go. */
        record Released(String id) implements Change {}
    }

    NodeFacts facts();

    NodeObservation vitals();

    /**
     * The end of what an instance wrote to its console.
     *
     * @throws IOException with a reason for people
     */
    byte[] consoleOutput(String instanceId, int maxBytes) throws IOException;

    /**
     * An instance's screen as a JPEG picture.
     *
     * @throws IOException with a reason for people
     */
    byte[] screenshot(String instanceId) throws IOException;

    /**
     * Joins an instance's console.
     *
     * @throws IOException with a reason for people
     */
    SerialConsole openConsole(String instanceId) throws IOException;
}
