package io.brume.cli.command.snapshot;

import io.brume.cli.client.Snapshots.Snapshot;
import io.brume.cli.output.Listing;
import java.util.List;

/** Snapshots in a table. */
final class SnapshotColumns {
    private static final List<String> COLUMNS =
            List.of(
                    "SnapshotId",
                    "Name",
                    "State",
                    "Progress",
                    "VolumeId",
                    "VolumeSize",
                    "StartTime",
                    "Description");

    private SnapshotColumns() {}

    static void print(Listing listing, List<Snapshot> snapshots) {
        listing.rows(
                COLUMNS,
                snapshots.stream().map(Snapshot::row).toList(),
                "There are no snapshots. Take one: brume snapshot create VOLUME");
    }
}
