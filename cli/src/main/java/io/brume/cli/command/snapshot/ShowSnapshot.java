package io.brume.cli.command.snapshot;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Snapshots;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows everything about one snapshot, and which storage nodes keep it.",
        footer = "  brume snapshot show snap-0123456789abcdef0")
final class ShowSnapshot extends CloudCommand {
    private static final String NODES = "Nodes";

    @Parameters(paramLabel = "SNAPSHOT", description = "its id, or its name")
    private String snapshot = "";

    ShowSnapshot(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var found = new Snapshots(cloud).one(snapshot);
        var row = new LinkedHashMap<String, Object>(found.row());
        Map<String, Object> placed =
                cloud.placed("ShowSnapshot", Map.of("SnapshotId", found.id()), "Snapshot");
        for (String member : List.of("FullBytes", "CopyOf", "Copies")) {
            if (placed.containsKey(member)) {
                row.put(member, placed.getOrDefault(member, ""));
            }
        }
        List<Map<String, Object>> nodes = Cloud.objects(placed.get(NODES));
        if (!forPeople()) {
            row.put(NODES, nodes);
        }
        listing().row(row);
        if (forPeople() && !nodes.isEmpty()) {
            tell("");
            listing()
                    .rows(
                            List.of("NodeId", "HostName", "Connected", "Phase", "Percent"),
                            nodes,
                            "");
        }
        return 0;
    }
}
