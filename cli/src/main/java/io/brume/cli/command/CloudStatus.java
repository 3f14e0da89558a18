package io.brume.cli.command;

import io.brume.cli.client.Cloud;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** What the cloud says of itself. */
@Command(
        name = "cloud",
        description = "Shows the cloud's version, the health of its parts and its capacity.",
        footer = "  brume cloud --output json")
public final class CloudStatus extends CloudCommand {
    public CloudStatus(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        Map<String, Object> status = cloud.brume("GetCloud", Map.of());
        if (!forPeople()) {
            listing().row(status);
            return 0;
        }
        // Objects become rows with dots in their names; nodes, the one list of objects, have a
        // command of their own.
        var plain = new LinkedHashMap<String, Object>();
        flatten("", status, plain);
        listing().row(plain);
        List<Map<String, Object>> nodes = Cloud.objects(status.get("Nodes"));
        if (!nodes.isEmpty()) {
            context().terminal().say("");
            listing().rows(NodeSummary.COLUMNS, nodes.stream().map(NodeSummary::of).toList(), "");
        }
        return 0;
    }

    private static void flatten(String prefix, Map<?, ?> from, Map<String, Object> into) {
        from.forEach((key, value) -> {
            String name = prefix + key;
            switch (value) {
                case Map<?, ?> members -> flatten(name + ".", members, into);
                case List<?> items -> {
                    if (Cloud.objects(items).isEmpty()) {
                        into.put(name, items);
                    }
                }
                default -> into.put(name, value);
            }
        });
    }
}
