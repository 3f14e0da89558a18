package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.Volume;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.proto.node.v1.VolumeObservation;
import java.util.Base64;

/** A serving as the operator sees it: where the volume is reached, and whom to believe there. */
final class ServingView {
    private final BlockSightings sightings;
    private final Fleet fleet;

    ServingView(BlockSightings sightings, Fleet fleet) {
        this.sightings = requireNonNull(sightings);
        this.fleet = requireNonNull(fleet);
    }

    void show(Volume volume, Serving serving, ObjectNode out) {
        var session = fleet.connected().get(serving.node());
        out.put("NodeId", serving.node().value())
                .put("HostName", session == null ? "" : session.facts().getHostName())
                .put("State", serving.state().awsName())
                .put("Until", serving.until().toString())
                .put("ReadOnly", serving.readOnly())
                .put("Fingerprint", serving.client().fingerprint());
        if (serving.state() == AttachmentState.ATTACHED) {
            // Before that the agent's last word may be about the serving before.
            sightings
                    .volume(volume.id().value(), serving.node())
                    .filter(word -> word.getEpoch() == volume.placement().epoch())
                    .filter(VolumeObservation::hasOutside)
                    .map(VolumeObservation::getOutside)
                    .ifPresent(door ->
                            out.put("Address", door.getAddress())
                                    .put(
                                            "ServerAuthority",
                                            Base64.getEncoder()
                                                    .encodeToString(
                                                            door.getAuthority().toByteArray())));
        }
    }
}
