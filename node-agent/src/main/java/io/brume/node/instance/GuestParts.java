package io.brume.node.instance;

import io.brume.proto.node.v1.InstanceSpec;
import java.io.IOException;

/**
 * What a guest is made of besides its processors: volumes, network, metadata. Calls block and, for
 * one instance, come from one thread at a time. Idempotent.
 */
public interface GuestParts {
    /**
     * Makes whatever is missing and says what to start the guest with.
     *
     * @throws PartsException when a part is not there yet, or never will be
     * @throws IOException when making one failed and may work another time
     */
    GuestSpec assemble(InstanceSpec spec) throws PartsException, IOException;

    /** Tells the metadata service what the instance is to learn. */
    void describe(InstanceSpec spec);

    /** Removes what there is of it, but its volumes. The guest is gone by then. */
    void remove(InstanceSpec spec) throws IOException;
}
