package io.brume.cli.command.volume;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "delete",
        description = "Deletes volumes that no instance has. Their snapshots stay.",
        footer = "  brume volume delete data")
final class DeleteVolume extends CloudCommand {
    @Parameters(arity = "1..*", paramLabel = "VOLUME", description = "ids or names")
    private List<String> volumes = List.of();

    DeleteVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var all = new Volumes(cloud);
        // All are found before the first is deleted.
        for (String id : volumes.stream().map(all::id).toList()) {
            cloud.ec2("DeleteVolume", new Form().with("VolumeId", id));
            tell("deleted " + id);
        }
        return 0;
    }
}
