package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Images;
import io.brume.cli.client.Instance;
import io.brume.cli.client.Instances;
import io.brume.cli.client.KeyFiles;
import io.brume.cli.client.ServiceException;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ssh",
        description = "Opens a shell on an instance, or runs a command there.",
        footer = {
            "  brume instance ssh first",
            "  brume instance ssh first -- uname -a",
            "  brume instance ssh first --print        only prints the ssh command"
        })
final class InstanceSsh extends CloudCommand {
    @Parameters(index = "0", paramLabel = "INSTANCE", description = "its id, or its name")
    private String instance = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "what to run there")
    private List<String> command = List.of();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "who logs in (default: the image's user)")
    private String user = "";

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "private key (default: the one that brume made)")
    private String identity = "";

    @Option(names = "--print", description = "print the command and do not run it")
    private boolean print;

    InstanceSsh(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        Instance target = new Instances(cloud).one(instance);
        String address = Addresses.reachable(target);
        Path knownHosts = context().environment().knownHosts(cloud.connection());
        var words = new ArrayList<String>(List.of("ssh"));
        privateKey(cloud, target)
                .ifPresent(file ->
                        words.addAll(List.of("-i", file.toString(), "-o", "IdentitiesOnly=yes")));
        // Addresses are used again; what is remembered of a host's key belongs to the instance.
        words.addAll(
                List.of(
                        "-o",
                        "UserKnownHostsFile=" + knownHosts,
                        "-o",
                        "HostKeyAlias=" + target.id(),
                        "-o",
                        "StrictHostKeyChecking=accept-new",
                        userName(cloud, target) + "@" + address));
        words.addAll(command);
        prepare(knownHosts);
        if (print) {
            context()
                    .terminal()
                    .say(String.join(" ", words.stream().map(InstanceSsh::quoted).toList()));
            return 0;
        }
        return run(words);
    }

    private Optional<Path> privateKey(Cloud cloud, Instance target) {
        if (!identity.isEmpty()) {
            return Optional.of(Path.of(identity));
        }
        return target.keyName().isEmpty()
                ? Optional.empty()
                : new KeyFiles(context().environment().keys(cloud.connection()))
                        .find(target.keyName());
    }

    private String userName(Cloud cloud, Instance target) {
        if (!user.isEmpty()) {
            return user;
        }
        try {
            String known = new Images(cloud).one(target.imageId()).user();
            return known.isEmpty() ? "admin" : known;
        } catch (ServiceException | CliException e) {
            throw new CliException(
                    "the image " + target.imageId() + " is gone, which knew who logs in",
                    "say it with --user NAME",
                    CliException.GENERAL,
                    e);
        }
    }

    private static void prepare(Path knownHosts) {
        try {
            Files.createDirectories(Optional.ofNullable(knownHosts.getParent()).orElse(knownHosts));
        } catch (IOException e) {
            throw new CliException(
                    "cannot make the folder of " + knownHosts + ": " + e.getMessage(),
                    "make it writable",
                    CliException.GENERAL,
                    e);
        }
    }

    private static int run(List<String> words) {
        try {
            return new ProcessBuilder(words).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new CliException(
                    "ssh could not be started: " + e.getMessage(),
                    "apt-get install openssh-client",
                    CliException.GENERAL,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", "", CliException.GENERAL, e);
        }
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
