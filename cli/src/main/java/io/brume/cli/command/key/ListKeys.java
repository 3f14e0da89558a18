package io.brume.cli.command.key;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.KeyFiles;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "Lists key pairs, and where the private halves are that this program made.",
        footer = "  brume key list")
final class ListKeys extends CloudCommand {
    ListKeys(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var files = new KeyFiles(context().environment().keys(cloud.connection()));
        listing()
                .rows(
                        KeyRow.COLUMNS,
                        cloud.ec2("DescribeKeyPairs", new Form()).list("keySet").stream()
                                .map(pair -> KeyRow.of(pair, files))
                                .toList(),
                        "There are no key pairs. Make one: brume key create NAME");
        return 0;
    }
}
