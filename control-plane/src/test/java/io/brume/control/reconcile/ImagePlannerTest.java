package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.reconcile.ImagePlanner.FillWord;
import io.brume.control.reconcile.ImagePlanner.Seen;
import io.brume.control.reconcile.ImagePlanner.Step;
import io.brume.control.state.ImageObserved;
import io.brume.control.state.ImageObserved.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ImagePlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final NodeId A = node(1);
    private static final NodeId B = node(2);
    private static final SnapshotId SNAPSHOT = new SnapshotId("snap-00000000000000001");
    private static final FillWord NO_WORD = new FillWord(0, "", false);

    @Test
    void theNextHostIsAskedWhenOneCannot() {
        assertThat(ImagePlanner.readers(List.of(A, B), Map.of())).containsExactly(A);
        assertThat(ImagePlanner.readers(List.of(A, B), Map.of(A, says(Phase.FAILED))))
                .containsExactly(A, B);
        assertThat(ImagePlanner.readers(List.of(A, B), Map.of(B, says(Phase.READY))))
                .as("who has it is enough")
                .containsExactly(B);
    }

    @Property(tries = 300)
    void atMostOneHostReadsAtATime(@ForAll @Size(max = 6) List<Phase> phases) {
        var words = new HashMap<NodeId, ImageObserved>();
        var candidates = new ArrayList<NodeId>();
        for (int i = 0; i < phases.size(); i++) {
            candidates.add(node(i));
            words.put(node(i), says(phases.get(i)));
        }
        var readers = ImagePlanner.readers(candidates, words);
        assertThat(
                        readers.stream()
                                .filter(one ->
                                        requireNonNull(words.get(one)).phase() == Phase.IMPORTING))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(readers.isEmpty()).isEqualTo(candidates.isEmpty());
        if (phases.contains(Phase.READY)) {
            assertThat(readers)
                    .allMatch(one -> requireNonNull(words.get(one)).phase() == Phase.READY);
        }
    }

    @Test
    void anImportGoesFromStepToStep() {
        var image = imported();
        assertThat(next(image, seen(Map.of(), Optional.empty(), NO_WORD, Map.of())))
                .isEqualTo(new Step.Await(0));
        assertThat(
                        next(
                                image,
                                seen(
                                        Map.of(A, says(Phase.READY)),
                                        Optional.empty(),
                                        NO_WORD,
                                        Map.of())))
                .isEqualTo(new Step.Fill(says(Phase.READY), A));
        var filling = volume(false);
        assertThat(
                        next(
                                image,
                                seen(
                                        Map.of(A, says(Phase.READY)),
                                        Optional.of(filling),
                                        new FillWord(50, "", false),
                                        Map.of())))
                .isEqualTo(new Step.Await(70));
        assertThat(next(image, seen(Map.of(), Optional.of(volume(true)), NO_WORD, Map.of())))
                .isEqualTo(new Step.Cut(volume(true)));
        var cut = image.withRootSnapshot(SNAPSHOT);
        assertThat(
                        next(
                                cut,
                                seen(
                                        Map.of(),
                                        Optional.of(volume(true)),
                                        NO_WORD,
                                        Map.of(SNAPSHOT, SnapshotState.PENDING))))
                .isEqualTo(new Step.Await(90));
        assertThat(
                        next(
                                cut,
                                seen(
                                        Map.of(),
                                        Optional.of(volume(true)),
                                        NO_WORD,
                                        Map.of(SNAPSHOT, SnapshotState.COMPLETED))))
                .isEqualTo(new Step.Finish());
    }

    @Test
    void whatCannotBeSaysWhy() {
        var image = imported();
        assertThat(
                        next(
                                image,
                                seen(
                                        Map.of(A, says(Phase.FAILED)),
                                        Optional.empty(),
                                        NO_WORD,
                                        Map.of())))
                .isEqualTo(new Step.Fail("no such file"));
        assertThat(
                        next(
                                image,
                                seen(
                                        Map.of(),
                                        Optional.of(volume(false)),
                                        new FillWord(3, "torn", false),
                                        Map.of())))
                .isEqualTo(new Step.Fail("torn"));
        assertThat(
                        next(
                                image.withRootSnapshot(SNAPSHOT),
                                seen(
                                        Map.of(),
                                        Optional.empty(),
                                        NO_WORD,
                                        Map.of(SNAPSHOT, SnapshotState.ERROR))))
                .isInstanceOf(Step.Fail.class);
        assertThat(
                        next(
                                image.withRootSnapshot(SNAPSHOT),
                                seen(Map.of(), Optional.empty(), NO_WORD, Map.of())))
                .as("it was deleted behind its back")
                .isInstanceOf(Step.Fail.class);
    }

    @Test
    void anotherHostFillsTheVolumeOnlyWhenTheFirstOneStaysAwayAndItCan() {
        var gone = new FillWord(10, "", true);
        var volume = Optional.of(volume(false));
        assertThat(next(imported(), seen(Map.of(), volume, gone, Map.of())))
                .isInstanceOf(Step.Await.class);
        assertThat(next(imported(), seen(Map.of(B, says(Phase.READY)), volume, NO_WORD, Map.of())))
                .isInstanceOf(Step.Await.class);
        assertThat(next(imported(), seen(Map.of(B, says(Phase.READY)), volume, gone, Map.of())))
                .isEqualTo(new Step.FillElsewhere(volume(false)));
    }

    private static Step next(Image image, Seen seen) {
        return ImagePlanner.next(image, seen);
    }

    private static Seen seen(
            Map<NodeId, ImageObserved> words,
            Optional<Volume> volume,
            FillWord fill,
            Map<SnapshotId, SnapshotState> snapshots) {
        return new Seen(
                ImagePlanner.readers(List.of(A, B), words).stream()
                        .filter(one -> words.isEmpty() || words.containsKey(one))
                        .toList(),
                words,
                volume,
                fill,
                false,
                snapshots);
    }

    private static ImageObserved says(Phase phase) {
        return new ImageObserved(
                new ImageId("ami-00000000000000001"),
                phase,
                0,
                phase == Phase.FAILED ? "no such file" : "",
                1L << 30,
                null,
                true,
                "");
    }

    private static Image imported() {
        return new Image(
                ACCOUNT,
                new ImageId("ami-00000000000000001"),
                "small",
                "",
                Architecture.X86_64,
                ImageState.PENDING,
                null,
                Optional.of(new ImageSource("file:///images/small", null, "")),
                null,
                Optional.empty(),
                "/dev/xvda",
                List.of(ImageBlockDevice.usual("/dev/xvda", 0, "gp3", true)),
                0,
                true,
                false,
                Optional.empty(),
                LaunchPermissions.NONE,
                NOW,
                null);
    }

    private static Volume volume(boolean filled) {
        return new Volume(
                new VolumeId("vol-00000000000000001"),
                ACCOUNT,
                NOW,
                "lab-1a",
                Optional.empty(),
                VolumeType.GP3.configure(1, null, null),
                false,
                VolumeState.AVAILABLE,
                Optional.empty(),
                Placement.begun(List.of(node(10)), 1, Optional.of(A), 1, NOW),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.of(
                        new Filling(
                                new Filling.OfImage(new ImageId("ami-00000000000000001")), filled)),
                true);
    }

    private static NodeId node(int number) {
        return new NodeId("node-%017x".formatted(number));
    }
}
