package io.brume.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.DesiredState;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.Released;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.session.SessionHost.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DesiredIntakeTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private volatile boolean failing;

    private final SessionHost host =
            new SessionHost() {
                @Override
                public NodeFacts facts() {
                    return NodeFacts.getDefaultInstance();
                }

                @Override
                public NodeObservation vitals() {
                    return NodeObservation.getDefaultInstance();
                }

                @Override
                public void desired(List<Desired> things) throws IOException {
                    if (failing) {
                        throw new IOException("the disk is full");
                    }
                    var ids = new ArrayList<String>();
                    things.forEach(each -> ids.add(each.getReplica().getVolumeId()));
                    told.add("state " + ids);
                }

                @Override
                public void changed(List<Change> changes) {
                    for (Change change : changes) {
                        told.add(
                                switch (change) {
                                    case Change.Wanted(Desired thing) ->
                                            "wanted " + thing.getReplica().getVolumeId();
                                    case Change.Released(String id) -> "released " + id;
                                });
                    }
                }
            };

    private static Desired replica(String id) {
        return Desired.newBuilder().setReplica(ReplicaSpec.newBuilder().setVolumeId(id)).build();
    }

    private static ControlMessage part(String id, boolean more) {
        return ControlMessage.newBuilder()
                .setDesired(DesiredState.newBuilder().addThings(replica(id)).setMore(more))
                .build();
    }

    private static ControlMessage change(String id) {
        return ControlMessage.newBuilder().setChange(replica(id)).build();
    }

    private static ControlMessage released(String id) {
        return ControlMessage.newBuilder().setReleased(Released.newBuilder().setId(id)).build();
    }

    @Test
    void tellsAStateOnceItIsWholeAndEverythingInOrder() throws Exception {
        var intake = new DesiredIntake(host, ends::add);
        for (ControlMessage each :
                List.of(
                        part("a", true),
                        part("b", true),
                        part("c", false),
                        change("d"),
                        released("a"),
                        part("e", false),
                        change("f"))) {
            intake.put(each);
        }
        Thread reader = Thread.ofPlatform().start(intake);
        await().until(() -> told.size() == 5);
        assertThat(told)
                .containsExactly(
                        "state [a, b, c]", "wanted d", "released a", "state [e]", "wanted f");
        intake.close();
        reader.join();
        assertThat(ends).isEmpty();
    }

    @Test
    void neverTellsAStateThatWasCutOff() throws Exception {
        var broken = new DesiredIntake(host, ends::add);
        broken.put(part("a", true));
        broken.put(part("b", true));
        Thread reader = Thread.ofPlatform().start(broken);
        broken.close();
        reader.join();
        var next = new DesiredIntake(host, ends::add);
        next.put(part("c", false));
        reader = Thread.ofPlatform().start(next);
        await().until(() -> !told.isEmpty());
        next.close();
        reader.join();
        assertThat(told).containsExactly("state [c]");
    }

    @Test
    void endsTheSessionWhenAStateCannotBeTakenUp() throws Exception {
        failing = true;
        var intake = new DesiredIntake(host, ends::add);
        intake.put(part("a", false));
        Thread.ofPlatform().start(intake).join();
        assertThat(ends).singleElement().asString().contains("the disk is full");
    }
}
