package io.brume.control.reconcile;

import io.brume.control.domain.object.ObjectStore;
import java.util.UUID;

/** Decides who keeps the object store. Pure. */
final class ObjectStorePlanner {
    private ObjectStorePlanner() {}

    /**
     * The object store after all that is known; the same one when nothing is to change.
     *
     * @param fresh the id of an index group, should one have to be founded
     */
    static ObjectStore next(ObjectStore store, ObjectStoreSeen seen, UUID fresh) {
        return new ObjectStore(
                IndexGroupPlanner.next(store.index(), seen, fresh),
                PlacementPlanner.next(store.groups(), seen));
    }

    /** Whether time alone can change anything: somebody is waited for. */
    static boolean isUnsettled(ObjectStore store, ObjectStoreSeen seen) {
        return store.index().filter(group -> !group.founded()).isPresent()
                || seen.nodes().values().stream().anyMatch(node -> !node.here());
    }
}
