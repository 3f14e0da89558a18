package io.brume.cli.command.snapshot;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Snapshots;
import io.brume.cli.client.Snapshots.Snapshot;
import io.brume.cli.output.Progress;
import io.brume.cli.output.Progress.Look;
import java.time.Duration;

/** Waits until all of a snapshot is kept. */
final class SnapshotWait {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Snapshots snapshots;
    private final Progress progress;

    SnapshotWait(Snapshots snapshots, Progress progress) {
        this.snapshots = snapshots;
        this.progress = progress;
    }

    /** A snapshot that was just made: as it is, or when all of it is kept. */
    Snapshot made(String id, boolean wait) {
        return wait ? untilCompleted(id) : snapshots.one(id);
    }

    /** Fails at once when it is in error. */
    Snapshot untilCompleted(String id) {
        return progress.await(id + " completed", LIMIT, () -> look(id))
                .orElseThrow(() ->
                        CliException.general(
                                id + " was not completed within " + LIMIT.toMinutes() + " minutes",
                                "see: brume snapshot show " + id + ", ./brume status"));
    }

    private Look<Snapshot> look(String id) {
        Snapshot now = snapshots.one(id);
        if (now.state().equals("error")) {
            throw CliException.general(
                    "the snapshot could not be kept", "see: ./brume logs storage-node");
        }
        return now.state().equals("completed")
                ? Look.done(now)
                : Look.notYet(now.state() + " " + now.progress());
    }
}
