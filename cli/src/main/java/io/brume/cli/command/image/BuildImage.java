package io.brume.cli.command.image;

import io.brume.cli.client.CliException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Only its help is here: the launcher does it before this program is started, since building is
 * shell work for root.
 */
@Command(
        name = "build",
        description =
                "Builds an image from the distribution's packages and registers it for everyone.",
        usageHelpWidth = 110,
        descriptionHeading = "%n",
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  brume image build small", "  brume image build debian --release trixie"})
final class BuildImage implements Callable<Integer> {
    @Parameters(paramLabel = "KIND", description = "small or debian")
    private String kind = "";

    @Parameters(
            arity = "0..*",
            paramLabel = "OPTION",
            description = "of the builder: see images/KIND/build")
    private List<String> options = List.of();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("UnusedVariable") // Picocli looks at it.
    private boolean help;

    @Override
    public Integer call() {
        throw CliException.usage(
                "images are built by the launcher",
                "./brume image build " + kind + " " + String.join(" ", options));
    }
}
