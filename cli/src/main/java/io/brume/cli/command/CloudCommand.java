package io.brume.cli.command;

import static java.util.Objects.requireNonNull;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Connections;
import io.brume.cli.output.Listing;
import io.brume.cli.output.OutputFormat;
import io.brume.cli.output.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that talks to a cloud: the options that all of these share, and what they use. */
@Command(
        mixinStandardHelpOptions = false,
        sortOptions = false,
        usageHelpWidth = 110,
        usageHelpAutoWidth = false,
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n")
public abstract class CloudCommand implements Callable<Integer> {
    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            order = 100,
            description = "table (the default), json or text")
    private OutputFormat format = OutputFormat.table;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            order = 101,
            description = "profile of ~/.aws that names the cloud")
    private String profile = "";

    @Option(names = "--region", paramLabel = "NAME", order = 102, description = "region")
    private String region = "";

    @Option(
            names = "--endpoint-url",
            paramLabel = "URL",
            order = 103,
            description = "the cloud's front door")
    private String endpoint = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 104,
            description = "show this help")
    @SuppressWarnings("UnusedVariable") // Picocli looks at it.
    private boolean help;

    private final Context context;

    protected CloudCommand(Context context) {
        this.context = requireNonNull(context);
    }

    @Override
    public final Integer call() {
        Cloud cloud =
                new Cloud(
                        new Connections(context.environment()).find(profile, region, endpoint),
                        context.time());
        return run(cloud);
    }

    /**
     * Does the command's work.
     *
     * @return the exit code
     */
    protected abstract int run(Cloud cloud);

    protected final Context context() {
        return context;
    }

    protected final Listing listing() {
        return new Listing(context.terminal(), format);
    }

    /** Whether the result is for a person. */
    protected final boolean forPeople() {
        return format == OutputFormat.table;
    }

    protected final Progress progress() {
        return new Progress(context.terminal(), context.time(), context.pause());
    }

    /**
     * A line for a person about what was done; to standard error, where a program's result goes to
     * standard output.
     */
    protected final void tell(String line) {
        if (forPeople()) {
            context.terminal().say(line);
        } else {
            context.terminal().note(line);
        }
    }
}
