package io.brume.cli.command.volume;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Volumes;
import io.brume.cli.client.Volumes.Volume;
import io.brume.cli.output.Progress;
import io.brume.cli.output.Progress.Look;
import java.time.Duration;
import java.util.function.Predicate;

/** Waits until a volume is as it was asked to be. */
final class VolumeWait {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Volumes volumes;
    private final Progress progress;

    VolumeWait(Volumes volumes, Progress progress) {
        this.volumes = volumes;
        this.progress = progress;
    }

    /** Waits for one volume; fails at once when it is in error. */
    Volume until(String id, String what, Predicate<Volume> wanted) {
        return progress.await(id + " " + what, LIMIT, () -> look(id, wanted))
                .orElseThrow(() -> late(id, what));
    }

    /** A volume that somebody is to give back: as it is now, or once it is free. */
    Volume free(String id, boolean wait) {
        return wait
                ? until(id, "available", one -> one.state().equals("available"))
                : volumes.one(id);
    }

    private static CliException late(String id, String what) {
        return CliException.general(
                "%s was not %s within %d minutes".formatted(id, what, LIMIT.toMinutes()),
                "see: brume volume show " + id + ", ./brume status");
    }

    /** Waits until what was asked for by ModifyVolume is so. */
    void untilModified(Cloud cloud, String id) {
        boolean done =
                progress.await(id + " modified", LIMIT, () -> lookAtModification(cloud, id))
                        .isPresent();
        if (!done) {
            throw late(id, "modified");
        }
    }

    private static Look<Boolean> lookAtModification(Cloud cloud, String id) {
        var state =
                cloud
                        .ec2List(
                                "DescribeVolumesModifications",
                                new Form().with("VolumeId.1", id),
                                "volumeModificationSet")
                        .stream()
                        .findFirst()
                        .map(one -> one.at("modificationState"))
                        .orElse("");
        return state.equals("modifying") ? Look.notYet(state) : Look.done(true);
    }

    private Look<Volume> look(String id, Predicate<Volume> wanted) {
        Volume now = volumes.one(id);
        if (now.state().equals("error")) {
            throw CliException.general(id + " is in error", "see: brume volume show " + id);
        }
        return wanted.test(now)
                ? Look.done(now)
                : Look.notYet(now.attachment().isEmpty() ? now.state() : now.attachment());
    }
}
