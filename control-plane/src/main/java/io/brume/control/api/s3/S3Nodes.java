package io.brume.control.api.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreObservation.IndexRole;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which storage nodes S3 calls are passed on to: those in session that say they serve; else those
 * in session; else, as after a start of this program, all that there ever were. Thread-safe.
 */
public final class S3Nodes implements Supplier<List<S3Node>> {
    private final Store store;
    private final Fleet fleet;
    private final ObjectSightings sightings;

    public S3Nodes(Store store, Fleet fleet, ObjectSightings sightings) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
    }

    @Override
    public List<S3Node> get() {
        var serving = new ArrayList<S3Node>();
        var connected = new ArrayList<S3Node>();
        fleet.connected()
                .forEach((id, session) -> {
                    var address = session.facts().getObjectServer().getForwardAddress();
                    node(id, address)
                            .ifPresent(node -> {
                                connected.add(node);
                                if (sightings.of(id).filter(S3Nodes::serves).isPresent()) {
                                    serving.add(node);
                                }
                            });
                });
        if (!serving.isEmpty()) {
            return serving;
        }
        return connected.isEmpty() ? recorded() : connected;
    }

    private static boolean serves(ObjectStoreObservation word) {
        return word.getIndexRole() != IndexRole.INDEX_ROLE_WAITING
                && word.getIndexRole() != IndexRole.INDEX_ROLE_UNSPECIFIED;
    }

    private List<S3Node> recorded() {
        return store.view(tx ->
                tx.stream(VolumeTables.STORAGE_NODES, KeyRange.all())
                        .flatMap(entry ->
                                entry
                                        .value()
                                        .objects()
                                        .flatMap(objects -> node(entry.key(), objects.forward()))
                                        .stream())
                        .toList());
    }

    private static Optional<S3Node> node(NodeId id, String address) {
        return address.isEmpty()
                ? Optional.empty()
                : Optional.of(new S3Node(id, HostPort.parse(address)));
    }
}
