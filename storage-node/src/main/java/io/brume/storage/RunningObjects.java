package io.brume.storage;

import io.brume.proto.node.v1.ObjectServerFacts;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.storage.keep.ObjectKeeper;

/** This node's part of the object store. Of the keeper's thread, but for {@link #facts}. */
final class RunningObjects implements ObjectKeeper.Part {
    /** How it is reached. */
    ObjectServerFacts facts() {
        return ObjectServerFacts.getDefaultInstance();
    }

    @Override
    public void become(ObjectStoreSpec spec) {}

    @Override
    public ObjectStoreObservation.Builder seen() {
        return ObjectStoreObservation.newBuilder()
                .setIndexRole(ObjectStoreObservation.IndexRole.INDEX_ROLE_WAITING);
    }
}
