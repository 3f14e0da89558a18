package io.brume.cli.command.node;

import io.brume.cli.client.Cloud;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import io.brume.cli.command.NodeSummary;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "Lists nodes with what they have and what of it is in use.",
        footer = "  brume node list")
final class ListNodes extends CloudCommand {
    ListNodes(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        List<Map<String, Object>> nodes = cloud.brumeList("ListNodes", "Nodes");
        listing()
                .rows(
                        NodeSummary.COLUMNS,
                        forPeople() ? nodes.stream().map(NodeSummary::of).toList() : nodes,
                        "There are no nodes. The log of a host's agent says why it did not join:"
                                + " ./brume logs node-agent");
        return 0;
    }
}
