package io.brume.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.ReplicaObservation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservationsTest {
    private final Observations observations = new Observations();
    private int wakes;

    private static NodeMessage seen(String id, long epoch) {
        return NodeMessage.newBuilder()
                .setReplica(ReplicaObservation.newBuilder().setVolumeId(id).setEpoch(epoch))
                .build();
    }

    private List<NodeMessage> all() {
        var all = new ArrayList<NodeMessage>();
        for (NodeMessage next = observations.poll(); next != null; next = observations.poll()) {
            all.add(next);
        }
        return all;
    }

    @Test
    void sendsTheLatestOfEachAndOnlyWhatIsNews() {
        observations.onUnsent(() -> wakes++);
        observations.observed("a", seen("a", 1));
        observations.observed("b", seen("b", 1));
        observations.observed("a", seen("a", 2));
        assertThat(all()).containsExactly(seen("a", 2), seen("b", 1));
        observations.observed("a", seen("a", 2));
        assertThat(all()).isEmpty();
        assertThat(wakes).isEqualTo(3);
        observations.unsendAll();
        assertThat(all()).containsExactly(seen("a", 2), seen("b", 1));
    }

    @Test
    void forgetsWhatIsGoneOnceItWasSent() {
        observations.observed("a", seen("a", 1));
        observations.gone("a", seen("a", 0));
        assertThat(all()).containsExactly(seen("a", 0));
        observations.unsendAll();
        assertThat(all()).isEmpty();
        observations.gone("b", seen("b", 0));
        observations.unsendAll();
        assertThat(all()).isEmpty();
        observations.gone("c", seen("c", 0));
        observations.observed("c", seen("c", 3));
        assertThat(all()).containsExactly(seen("c", 3));
        assertThat(observations.latest("c")).contains(seen("c", 3));
    }
}
