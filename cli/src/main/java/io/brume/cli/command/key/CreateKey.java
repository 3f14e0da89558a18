package io.brume.cli.command.key;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.KeyFiles;
import io.brume.cli.client.XmlTree;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description =
                "Makes a key pair and keeps its private half in ~/.brume/keys; the cloud keeps the"
                        + " public half only.",
        footer = {"  brume key create mine", "  brume key create putty --type rsa --format ppk"})
final class CreateKey extends CloudCommand {
    @Parameters(paramLabel = "NAME", description = "the key pair's name")
    private String name = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "ed25519 or rsa (default: ${DEFAULT-VALUE})")
    private String type = "ed25519";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "pem, or ppk for PuTTY (default: ${DEFAULT-VALUE})")
    private String keyFormat = "pem";

    CreateKey(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var files = new KeyFiles(context().environment().keys(cloud.connection()));
        XmlTree made =
                cloud.ec2(
                        "CreateKeyPair",
                        new Form()
                                .with("KeyName", name)
                                .with("KeyType", type)
                                .with("KeyFormat", keyFormat));
        Path file = files.save(name, keyFormat, made.at("keyMaterial"));
        var row = new LinkedHashMap<>(KeyRow.of(made, files));
        row.put("KeyType", type);
        row.put("PrivateKeyFile", file.toString());
        listing().row(row);
        return 0;
    }
}
