package io.brume.cli.command.node;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows everything about one node.",
        footer = "  brume node show node-0123456789abcdef0")
final class ShowNode extends CloudCommand {
    @Parameters(paramLabel = "NODE", description = "its id, or its host's name")
    private String node = "";

    ShowNode(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        List<Map<String, Object>> nodes = cloud.brumeList("ListNodes", "Nodes");
        // A host that runs instances and keeps storage is two nodes of one name; people mean the
        // first.
        List<Map<String, Object>> named =
                nodes.stream()
                        .filter(each ->
                                node.equals(each.get("NodeId"))
                                        || (node.equals(each.get("HostName"))
                                                && "node-agent".equals(each.get("Role"))))
                        .toList();
        if (named.size() != 1) {
            throw CliException.usage(
                    named.isEmpty()
                            ? "there is no node " + node
                            : named.size() + " nodes are called " + node,
                    "name one by its id: see brume node list");
        }
        Object id = named.getFirst().getOrDefault("NodeId", node);
        Map<String, Object> shown = cloud.brume("DescribeNode", Map.of("NodeId", id));
        listing().row(Cloud.objects(List.of(shown.getOrDefault("Node", shown))).getFirst());
        return 0;
    }
}
