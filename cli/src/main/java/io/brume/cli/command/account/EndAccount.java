package io.brume.cli.command.account;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What emptying and deleting accounts have in common: both end everything that is in them. */
abstract class EndAccount extends CloudCommand {
    @Parameters(arity = "0..*", paramLabel = "ID", description = "account ids")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--yes", description = "do it; without, only say what would be done")
    private boolean yes;

    private final String operation;
    private final String done;

    EndAccount(Context context, String operation, String done) {
        super(context);
        this.operation = operation;
        this.done = done;
    }

    /** The accounts that are meant beside those named. */
    List<String> others(Cloud cloud) {
        return List.of();
    }

    /** What is left to do after the operation was called for all. */
    void finish(Cloud cloud) {}

    @Override
    protected final int run(Cloud cloud) {
        var all = new ArrayList<>(ids);
        all.addAll(others(cloud));
        if (all.isEmpty()) {
            throw CliException.usage("no account is named", "see: brume account list");
        }
        if (!yes) {
            throw CliException.usage(
                    "this would end every resource of " + String.join(", ", all),
                    "to do it, add --yes");
        }
        for (String id : all) {
            cloud.brume(operation, Map.of("AccountId", id));
            tell(done + " " + id);
        }
        finish(cloud);
        return 0;
    }
}
