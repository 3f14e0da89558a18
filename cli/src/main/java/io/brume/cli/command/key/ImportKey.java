package io.brume.cli.command.key;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.KeyFiles;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = "Gives the cloud the public half of a key that you have.",
        footer = "  brume key import mine ~/.ssh/id_ed25519.pub")
final class ImportKey extends CloudCommand {
    private static final long MAX_BYTES = 16 * 1024;

    @Parameters(index = "0", paramLabel = "NAME", description = "the key pair's name")
    private String name = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "the public key, as ssh-keygen writes it")
    private Path file = Path.of("");

    ImportKey(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var made =
                cloud.ec2(
                        "ImportKeyPair",
                        new Form()
                                .with("KeyName", name)
                                .with(
                                        "PublicKeyMaterial",
                                        Base64.getEncoder().encodeToString(read())));
        listing()
                .row(
                        KeyRow.of(
                                made,
                                new KeyFiles(context().environment().keys(cloud.connection()))));
        return 0;
    }

    private byte[] read() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw CliException.usage(
                        file + " is too large for a public key", "name a .pub file");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (Files.readString(file).contains("PRIVATE KEY")) {
                throw CliException.usage(
                        file + " is a private key, which should not leave this machine",
                        "name its .pub file; make one with: ssh-keygen -y -f " + file);
            }
            return bytes;
        } catch (IOException e) {
            throw new CliException(
                    "cannot read " + file + ": " + e.getMessage(),
                    "name a public key that you may read",
                    CliException.GENERAL,
                    e);
        }
    }
}
