package io.brume.cli.command.instance;

import io.brume.cli.client.Instance;
import io.brume.cli.output.Listing;
import java.util.List;

/** Instances in a table. */
final class InstanceColumns {
    private static final List<String> COLUMNS =
            List.of(
                    "InstanceId",
                    "Name",
                    "State",
                    "InstanceType",
                    "PublicIpAddress",
                    "PrivateIpAddress",
                    "KeyName",
                    "LaunchTime");

    private InstanceColumns() {}

    static void print(Listing listing, List<Instance> instances) {
        listing.rows(
                COLUMNS,
                instances.stream().map(Instance::row).toList(),
                "There are no instances. Run one: brume instance run NAME --ssh --wait");
    }
}
