package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.ConsoleStream;
import io.brume.cli.client.Form;
import io.brume.cli.client.Instance;
import io.brume.cli.client.Instances;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "console",
        description = "Connects to the serial console of an instance. Ctrl-] ends the connection.",
        footer = {"  brume instance console first", "  brume instance console first --log"})
final class InstanceConsole extends CloudCommand {
    /** Ctrl-], as telnet and virsh have it. */
    private static final byte ESCAPE = 0x1d;

    @Parameters(paramLabel = "INSTANCE", description = "its id, or its name")
    private String instance = "";

    @Option(names = "--log", description = "print what the console said so far and end")
    private boolean log;

    InstanceConsole(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        Instance target = new Instances(cloud).one(instance);
        if (log) {
            String output =
                    cloud.ec2(
                                    "GetConsoleOutput",
                                    new Form()
                                            .with("InstanceId", target.id())
                                            .with("Latest", "true"))
                            .at("output");
            byte[] bytes = Base64.getMimeDecoder().decode(output);
            context().terminal().out().write(bytes, 0, bytes.length);
            context().terminal().out().flush();
            return 0;
        }
        return interact(cloud, target);
    }

    private int interact(Cloud cloud, Instance target) {
        var out = context().terminal().out();
        try (ConsoleStream console =
                cloud.console(
                        target.id(),
                        bytes -> {
                            out.write(bytes, 0, bytes.length);
                            out.flush();
                        })) {
            context()
                    .terminal()
                    .note("Connected to " + target.id() + "; Ctrl-] ends the connection.");
            try (var keyboard = RawKeyboard.open()) {
                Thread.ofPlatform()
                        .daemon()
                        .name("keyboard")
                        .start(() -> pump(keyboard.input(), console));
                String reason = console.end().join();
                out.print("\r\n");
                context().terminal().note("Connection ended: " + reason);
            }
        }
        return 0;
    }

    /**
     * Sends what is typed until the escape or the end of input; after the end, waits for the last
     * output.
     */
    private static void pump(InputStream keyboard, ConsoleStream console) {
        byte[] buffer = new byte[1024];
        try {
            int count;
            while ((count = keyboard.read(buffer)) > 0) {
                int end = 0;
                while (end < count && buffer[end] != ESCAPE) {
                    end++;
                }
                if (end > 0) {
                    console.send(Arrays.copyOf(buffer, end));
                }
                if (end < count) {
                    console.end().complete("as you asked");
                    return;
                }
            }
            console.end().completeOnTimeout("the input ended", 2, TimeUnit.SECONDS);
        } catch (IOException | CliException e) {
            console.end().complete("the keyboard cannot be read: " + e.getMessage());
        }
    }
}
