package io.brume.storage.object.index.wire;

import io.brume.proto.object.v1.Command;
import io.brume.proto.object.v1.Outcome;

/** Takes commands to one member. Thread-safe; blocks. */
public interface IndexCalls {
    /**
     * Has a command executed.
     *
     * @throws NotReachedException if the member has not heard of it
     * @throws io.brume.store.CommitOutcomeUnknownException if it may have
     */
    Outcome execute(Command command);
}
