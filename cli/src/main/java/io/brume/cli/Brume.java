package io.brume.cli;

import io.brume.cli.client.CliException;
import io.brume.cli.client.ServiceException;
import io.brume.cli.command.CloudStatus;
import io.brume.cli.command.Context;
import io.brume.cli.command.account.AccountCommand;
import io.brume.cli.command.bucket.BucketCommand;
import io.brume.cli.command.image.ImageCommand;
import io.brume.cli.command.instance.InstanceCommand;
import io.brume.cli.command.key.KeyCommand;
import io.brume.cli.command.node.NodeCommand;
import io.brume.cli.command.object.ObjectCommand;
import io.brume.cli.command.snapshot.SnapshotCommand;
import io.brume.cli.command.volume.VolumeCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;

/** The command-line program's entry: chooses the command, and says what went wrong. */
@Command(
        name = "brume",
        description = "Brume, for people. AWS's own tools do the rest.",
        synopsisSubcommandLabel = "COMMAND")
public final class Brume {
    private static final Set<String> HELP = Set.of("--help", "-h", "help");
    private static final Map<String, Class<?>> NOUNS = new LinkedHashMap<>();

    static {
        NOUNS.put("instance", InstanceCommand.class);
        NOUNS.put("volume", VolumeCommand.class);
        NOUNS.put("snapshot", SnapshotCommand.class);
        NOUNS.put("image", ImageCommand.class);
        NOUNS.put("bucket", BucketCommand.class);
        NOUNS.put("object", ObjectCommand.class);
        NOUNS.put("key", KeyCommand.class);
        NOUNS.put("node", NodeCommand.class);
        NOUNS.put("account", AccountCommand.class);
        NOUNS.put("cloud", CloudStatus.class);
    }

    private final Context context;
    private final IFactory factory;

    Brume(Context context) {
        this.context = context;
        this.factory = new Commands(context);
    }

    public static void main(String[] arguments) {
        Context context = Context.ofProcess();
        int status =
                arguments.length == 1 && arguments[0].equals("rehearse")
                        ? Rehearsal.run(context)
                        : new Brume(context).run(arguments);
        context.terminal().out().flush();
        System.exit(status);
    }

    /**
     * Runs one command.
     *
     * @return the exit code, which is the aws command's
     */
    int run(String... arguments) {
        String first = arguments.length == 0 ? "--help" : arguments[0];
        return switch (first) {
            case "--version", "-V", "version" -> {
                // The commonest first call: answered before anything is set up.
                context.terminal().say("brume " + version());
                yield 0;
            }
            case "completion" -> {
                context.terminal().out().print(AutoComplete.bash("brume", everything()));
                yield 0;
            }
            case "--help", "-h", "help" -> {
                everything().usage(context.terminal().out());
                yield 0;
            }
            default -> execute(first, arguments);
        };
    }

    private int execute(String noun, String[] arguments) {
        Class<?> commands = NOUNS.get(noun);
        if (commands == null) {
            return complain("there is no command " + noun, "see: brume --help", CliException.USAGE);
        }
        CommandLine line =
                prepared(new CommandLine(commands, factory).setCommandName("brume " + noun));
        if (!line.getSubcommands().isEmpty()) {
            if (arguments.length == 1) {
                line.usage(context.terminal().err());
                return CliException.USAGE;
            }
            if (HELP.contains(arguments[1])) {
                line.usage(context.terminal().out());
                return 0;
            }
        }
        return line.execute(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private CommandLine prepared(CommandLine line) {
        line.setOut(writer(context.terminal().out()));
        line.setErr(writer(context.terminal().err()));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((problem, ignored) -> wrongCall(problem));
        line.setExecutionExceptionHandler((problem, ignored, parsed) -> failed(problem));
        return line;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    private int wrongCall(ParameterException problem) {
        return complain(
                problem.getMessage() == null
                        ? "the call cannot be understood"
                        : problem.getMessage(),
                "see: " + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help",
                CliException.USAGE);
    }

    private int failed(Exception problem) throws Exception {
        return switch (problem) {
            case CliException known ->
                    complain(String.valueOf(known.getMessage()), known.remedy(), known.exitCode());
            case ServiceException refusal ->
                    complain(
                            refusal.getMessage() + " (" + refusal.code() + ")",
                            refusal.remedy(),
                            CliException.SERVICE);
            default -> {
                problem.printStackTrace(context.terminal().err());
                yield complain(
                        "this is a fault of brume: " + problem,
                        "report it with the lines above",
                        CliException.GENERAL);
            }
        };
    }

    private int complain(String message, String remedy, int exitCode) {
        context.terminal().note("brume: error: " + message);
        if (!remedy.isEmpty()) {
            context.terminal().note("       what to do: " + remedy);
        }
        return exitCode;
    }

    /**
     * All commands at once, for help and completion; a single command sets up its noun alone, which
     * is quicker.
     */
    private CommandLine everything() {
        var all = new CommandLine(this, factory);
        NOUNS.forEach(
                (name, commands) -> all.addSubcommand(name, new CommandLine(commands, factory)));
        return prepared(all);
    }

    private static String version() {
        return Optional.ofNullable(Brume.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }

    /** Makes commands, giving them the context. */
    private record Commands(Context context) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (Arrays.equals(
                        constructor.getParameterTypes(), new Class<?>[] {Context.class})) {
                    constructor.setAccessible(true);
                    return type.cast(constructor.newInstance(context));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
