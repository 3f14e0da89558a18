package io.brume.cli.command.account;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.command.Context;
import io.brume.cli.output.Progress.Look;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "reset",
        description = "Empties accounts of every resource; their credentials stay.",
        footer = {
            "  brume account reset 210987654321 --yes",
            "  brume account reset --all --yes --wait"
        })
final class ResetAccount extends EndAccount {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Option(names = "--all", description = "all accounts")
    private boolean all;

    @Option(names = "--wait", description = "wait until no node has an instance left")
    private boolean wait;

    ResetAccount(Context context) {
        super(context, "ResetAccount", "emptied");
    }

    @Override
    List<String> others(Cloud cloud) {
        return all
                ? cloud.brumeList("ListAccounts", "Accounts").stream()
                        .map(account -> String.valueOf(account.get("AccountId")))
                        .toList()
                : List.of();
    }

    @Override
    void finish(Cloud cloud) {
        if (!wait) {
            return;
        }
        if (progress().await("no instance is left", LIMIT, () -> look(cloud)).isEmpty()) {
            throw CliException.general(
                    "instances are left after " + LIMIT.toMinutes() + " minutes",
                    "see: brume node list, ./brume logs node-agent");
        }
    }

    private static Look<Boolean> look(Cloud cloud) {
        long left =
                cloud.brumeList("ListNodes", "Nodes").stream()
                        .mapToLong(ResetAccount::vcpusInUse)
                        .sum();
        return left == 0 ? Look.done(true) : Look.notYet(left + " vCPUs in use");
    }

    private static long vcpusInUse(Map<String, Object> node) {
        return node.get("VcpusUsed") instanceof Long count ? count : 0;
    }
}
