package io.brume.cli.command.key;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.KeyFiles;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "delete",
        description =
                "Deletes key pairs, here and in the cloud. Instances that have the key keep it.",
        footer = "  brume key delete mine")
final class DeleteKey extends CloudCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "names")
    private List<String> names = List.of();

    DeleteKey(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var files = new KeyFiles(context().environment().keys(cloud.connection()));
        for (String name : names) {
            cloud.ec2("DeleteKeyPair", new Form().with("KeyName", name));
            files.delete(name);
            tell("deleted " + name);
        }
        return 0;
    }
}
