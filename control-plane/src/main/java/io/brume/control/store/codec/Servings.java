package io.brume.control.store.codec;

import com.google.protobuf.ByteString;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.Serving;
import io.brume.proto.state.v1.ServingRecord;
import java.util.Base64;

/** Who has a volume from outside, as it is stored. */
final class Servings {
    private Servings() {}

    static ServingRecord record(Serving serving) {
        byte[] authority = Base64.getDecoder().decode(serving.client().authority());
        return ServingRecord.newBuilder()
                .setNodeId(serving.node().value())
                .setState(VolumeCodecs.record(serving.state()))
                .setUntilMillis(serving.until().toEpochMilli())
                .setClientFingerprint(serving.client().fingerprint())
                .setReadOnly(serving.readOnly())
                .setAuthority(ByteString.copyFrom(authority))
                .setSinceRevision(serving.since())
                .setChangedMillis(serving.changed().toEpochMilli())
                .build();
    }

    static Serving serving(ServingRecord record) {
        byte[] authority = record.getAuthority().toByteArray();
        return new Serving(
                new NodeId(record.getNodeId()),
                VolumeCodecs.state(record.getState()),
                Messages.instant(record.getUntilMillis()),
                new Serving.Client(
                        record.getClientFingerprint(),
                        Base64.getEncoder().encodeToString(authority)),
                record.getReadOnly(),
                record.getSinceRevision(),
                Messages.instant(record.getChangedMillis()));
    }
}
