package io.brume.cli.command.volume;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows everything about one volume, and where its replicas are.",
        footer = "  brume volume show data")
final class ShowVolume extends CloudCommand {
    private static final String REPLICAS = "Replicas";
    private static final List<String> MEMBERS =
            List.of(
                    "InSync",
                    "FillPercent",
                    "FillFailure",
                    "Epoch",
                    "WriterNodeId",
                    "WriterPhase",
                    "Problem");

    @Parameters(paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    ShowVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var found = new Volumes(cloud).one(volume);
        var row = new LinkedHashMap<String, Object>(found.row());
        Map<String, Object> placed =
                cloud.placed("ShowVolume", Map.of("VolumeId", found.id()), "Volume");
        for (String member : MEMBERS) {
            if (placed.containsKey(member)) {
                row.put(member, placed.getOrDefault(member, ""));
            }
        }
        for (var serving : Cloud.objects(List.of(placed.getOrDefault("Serving", "")))) {
            row.put("Serving", serving.getOrDefault("State", ""));
            row.put("ServingUntil", serving.getOrDefault("Until", ""));
            row.put("ServingAddress", serving.getOrDefault("Address", ""));
        }
        List<Map<String, Object>> replicas = Cloud.objects(placed.get(REPLICAS));
        if (!forPeople()) {
            row.put(REPLICAS, replicas);
            listing().row(row);
            return 0;
        }
        listing().row(row);
        if (!replicas.isEmpty()) {
            tell("");
            listing()
                    .rows(
                            List.of(
                                    "NodeId",
                                    "HostName",
                                    "Role",
                                    "Percent",
                                    "Connected",
                                    "Phase",
                                    "StoredBytes",
                                    "CorruptBlocks"),
                            replicas,
                            "");
        }
        return 0;
    }
}
