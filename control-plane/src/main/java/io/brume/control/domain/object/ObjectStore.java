package io.brume.control.domain.object;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The object store.
 *
 * @param index empty before there is a storage node
 * @param groups by number; empty before there is a storage node
 */
public record ObjectStore(Optional<IndexGroup> index, List<PlacementGroup> groups) {
    public static final ObjectStore NONE = new ObjectStore(Optional.empty(), List.of());

    public ObjectStore {
        requireNonNull(index);
        groups = List.copyOf(groups);
    }
}
