package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.reconcile.VolumeSeen.Moment;
import io.brume.control.reconcile.VolumeSeen.Phase;
import io.brume.control.reconcile.VolumeSeen.Places;
import io.brume.control.reconcile.VolumeSeen.ReplicaWord;
import io.brume.control.reconcile.VolumeSeen.WriterWord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each word means, one by one. */
final class VolumePlannerTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final NodeId AGENT = node(100);
    private static final NodeId OTHER = node(101);
    private static final NodeId A = node(1);
    private static final NodeId B = node(2);
    private static final NodeId C = node(3);
    private static final NodeId SPARE = node(4);
    private static final long SINCE = 50;
    private static final Places NOWHERE =
            new Places() {
                @Override
                public Optional<NodeId> replica(Set<NodeId> taken) {
                    return Optional.empty();
                }

                @Override
                public Optional<NodeId> caretaker(Optional<NodeId> butNot) {
                    return Optional.empty();
                }
            };
    private static final Places SOMEWHERE =
            new Places() {
                @Override
                public Optional<NodeId> replica(Set<NodeId> taken) {
                    return taken.contains(SPARE) ? Optional.empty() : Optional.of(SPARE);
                }

                @Override
                public Optional<NodeId> caretaker(Optional<NodeId> butNot) {
                    return Optional.of(butNot.equals(Optional.of(AGENT)) ? OTHER : AGENT);
                }
            };

    private static NodeId node(int number) {
        return new NodeId("node-%017x".formatted(number));
    }

    private static Replica replica(NodeId node, ReplicaRole role) {
        return new Replica(node, role, SINCE, NOW.minusSeconds(60));
    }

    private static Volume attached(AttachmentState state, boolean fenced, Replica... replicas) {
        return volume(Optional.of(state), Optional.of(AGENT), fenced, replicas);
    }

    private static Volume volume(
            Optional<AttachmentState> attachment,
            Optional<NodeId> writer,
            boolean fenced,
            Replica... replicas) {
        return new Volume(
                new VolumeId("vol-0123456789abcdef0"),
                new AccountId("123456789012"),
                NOW,
                "a",
                Optional.empty(),
                VolumeType.GP3.configure(8, null, null),
                false,
                attachment.isPresent() ? VolumeState.IN_USE : VolumeState.AVAILABLE,
                attachment.map(state ->
                        new VolumeAttachment(
                                new InstanceId("i-0123456789abcdef0"),
                                "/dev/sdf",
                                state,
                                NOW,
                                false,
                                false,
                                SINCE,
                                NOW)),
                new Placement(7, writer, fenced, replicas.length, List.of(replicas)),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static WriterWord word(long generation, Phase phase, Set<NodeId> failed) {
        return new WriterWord(generation, 7, true, phase, failed, Set.of(), 8L << 30);
    }

    private static VolumeSeen seen(Optional<WriterWord> writer, Places places, NodeId... away) {
        var replicas = new HashMap<NodeId, ReplicaWord>();
        for (var node : List.of(A, B, C, SPARE)) {
            replicas.put(node, new ReplicaWord(Phase.SERVING, 6));
        }
        var gone = new HashMap<NodeId, Duration>();
        for (var node : away) {
            gone.put(node, Duration.ofHours(1));
        }
        return new VolumeSeen(writer, replicas, gone, Optional.of(AGENT), false, false, places);
    }

    private static Volume next(Volume volume, VolumeSeen seen) {
        return VolumePlanner.next(volume, seen, new Moment(NOW, 99, Duration.ofMinutes(10)));
    }

    private static Map<NodeId, ReplicaRole> roles(Volume volume) {
        var roles = new HashMap<NodeId, ReplicaRole>();
        volume.placement().replicas().forEach(one -> roles.put(one.node(), one.role()));
        return roles;
    }

    @Test
    void anAttachmentIsServedOnlyByAWordAboutIt() {
        var volume = attached(AttachmentState.ATTACHING, true, replica(A, ReplicaRole.IN_SYNC));
        var late = seen(Optional.of(word(SINCE + 1, Phase.SERVING, Set.of())), NOWHERE);
        var early = seen(Optional.of(word(SINCE, Phase.SERVING, Set.of())), NOWHERE);
        assertThat(next(volume, early)).isEqualTo(volume);
        assertThat(next(volume, late).attachment().orElseThrow().state())
                .isEqualTo(AttachmentState.ATTACHED);
    }

    @Test
    void aWordOfAnOlderEpochSaysNothing() {
        var volume =
                attached(
                        AttachmentState.ATTACHED,
                        true,
                        replica(A, ReplicaRole.IN_SYNC),
                        replica(B, ReplicaRole.IN_SYNC));
        var old = new WriterWord(99, 6, true, Phase.SERVING, Set.of(A), Set.of(), 0);
        assertThat(next(volume, seen(Optional.of(old), NOWHERE))).isEqualTo(volume);
    }

    @Test
    void failedReplicasLeaveTheSetUnlessAllFailed() {
        var volume =
                attached(
                        AttachmentState.ATTACHED,
                        true,
                        replica(A, ReplicaRole.IN_SYNC),
                        replica(B, ReplicaRole.IN_SYNC));
        var one = seen(Optional.of(word(60, Phase.OPENING, Set.of(A))), NOWHERE, A);
        assertThat(roles(next(volume, one)))
                .containsEntry(A, ReplicaRole.LOST)
                .containsEntry(B, ReplicaRole.IN_SYNC);
        var both = seen(Optional.of(word(60, Phase.OPENING, Set.of(A, B))), NOWHERE, A, B);
        assertThat(next(volume, both)).isEqualTo(volume);
    }

    @Test
    void aJoiningReplicaIsNotTheLastOneThatStays() {
        var volume =
                attached(
                        AttachmentState.ATTACHED,
                        true,
                        replica(A, ReplicaRole.IN_SYNC),
                        replica(B, ReplicaRole.JOINING));
        var unheard = seen(Optional.of(word(SINCE, Phase.SERVING, Set.of(A))), NOWHERE);
        assertThat(roles(next(volume, unheard)))
                .as("writes may have been acknowledged without B")
                .containsEntry(A, ReplicaRole.IN_SYNC)
                .containsEntry(B, ReplicaRole.JOINING);
        var heard = seen(Optional.of(word(SINCE + 1, Phase.SERVING, Set.of(A))), NOWHERE, A);
        assertThat(roles(next(volume, heard)))
                .containsEntry(A, ReplicaRole.LOST)
                .containsEntry(B, ReplicaRole.IN_SYNC);
    }

    @Test
    void anOldWriterIsFencedByAnInSyncReplicaOnly() {
        var volume =
                attached(
                        AttachmentState.ATTACHING,
                        false,
                        replica(A, ReplicaRole.IN_SYNC),
                        replica(B, ReplicaRole.JOINING));
        var words = new HashMap<NodeId, ReplicaWord>();
        words.put(A, new ReplicaWord(Phase.SERVING, 6));
        words.put(B, new ReplicaWord(Phase.SERVING, 7));
        var joiningKnows =
                new VolumeSeen(
                        Optional.empty(),
                        words,
                        Map.of(),
                        Optional.of(AGENT),
                        false,
                        false,
                        NOWHERE);
        assertThat(next(volume, joiningKnows).placement().fenced()).isFalse();
        words.put(A, new ReplicaWord(Phase.SERVING, 7));
        var memberKnows =
                new VolumeSeen(
                        Optional.empty(),
                        words,
                        Map.of(),
                        Optional.of(AGENT),
                        false,
                        false,
                        NOWHERE);
        assertThat(next(volume, memberKnows).placement().fenced()).isTrue();
    }

    @Test
    void aReplicaThatIsGivenUpIsMadeAnewByACaretaker() {
        var volume =
                volume(
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        replica(A, ReplicaRole.IN_SYNC),
                        replica(B, ReplicaRole.IN_SYNC));
        var after = next(volume, seen(Optional.empty(), SOMEWHERE, A));
        assertThat(roles(after))
                .containsOnly(
                        Map.entry(B, ReplicaRole.IN_SYNC),
                        Map.entry(SPARE, ReplicaRole.REBUILDING));
        assertThat(after.placement().writer()).contains(AGENT);
        assertThat(after.placement().epoch()).isEqualTo(8);
        assertThat(next(volume, seen(Optional.empty(), NOWHERE, A, B)))
                .as("nobody to make it of")
                .isEqualTo(volume);
    }

    @Test
    void aForcedDetachFencesAnAgentThatIsAway() {
        var volume = attached(AttachmentState.DETACHING, true, replica(A, ReplicaRole.IN_SYNC));
        var away = seen(Optional.empty(), NOWHERE, AGENT);
        assertThat(next(volume, away).placement().writer()).contains(AGENT);
        var forced = volume.with(volume.attachment().orElseThrow().withForce(SINCE));
        var after = next(forced, away);
        assertThat(after.placement().writer()).isEmpty();
        assertThat(after.placement().fenced()).isFalse();
        assertThat(after.state()).as("not before it is fenced").isEqualTo(VolumeState.IN_USE);
    }
}
