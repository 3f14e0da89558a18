package io.brume.cli.command.node;

import io.brume.cli.client.Cloud;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "Lists nodes with what they have and what of it is in use.",
        footer = "  brume node list")
final class ListNodes extends CloudCommand {
    private static final List<String> COLUMNS =
            List.of(
                    "NodeId",
                    "Name",
                    "Zone",
                    "State",
                    "Acceleration",
                    "Instances",
                    "VCpus",
                    "Memory",
                    "Disk");

    ListNodes(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        List<Map<String, Object>> nodes = cloud.brumeList("ListNodes", "Nodes");
        listing()
                .rows(
                        COLUMNS,
                        forPeople() ? nodes.stream().map(ListNodes::summary).toList() : nodes,
                        "There are no nodes. The log of a host's agent says why it did not join:"
                                + " ./brume logs node-agent");
        return 0;
    }

    /** Pairs of used and total become one cell. */
    private static Map<String, Object> summary(Map<String, Object> node) {
        var row = new LinkedHashMap<String, Object>(node);
        row.put("VCpus", of(node, "VCpusUsed", "VCpus", ""));
        row.put("Memory", of(node, "MemoryMiBUsed", "MemoryMiB", " MiB"));
        row.put("Disk", of(node, "DiskGiBUsed", "DiskGiB", " GiB"));
        return row;
    }

    private static String of(Map<String, Object> node, String used, String total, String unit) {
        return node.getOrDefault(used, "?") + " of " + node.getOrDefault(total, "?") + unit;
    }
}
