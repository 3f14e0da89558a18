package io.brume.cli.command.volume;

import io.brume.cli.client.Volumes.Volume;
import io.brume.cli.output.Listing;
import java.util.List;

/** Volumes in a table. */
final class VolumeColumns {
    private static final List<String> COLUMNS =
            List.of(
                    "VolumeId",
                    "Name",
                    "State",
                    "Size",
                    "VolumeType",
                    "AvailabilityZone",
                    "InstanceId",
                    "Device",
                    "CreateTime");

    private VolumeColumns() {}

    static void print(Listing listing, List<Volume> volumes) {
        listing.rows(
                COLUMNS,
                volumes.stream().map(Volume::row).toList(),
                "There are no volumes. Make one: brume volume create NAME --size 8");
    }
}
