package io.brume.cli.command.account;

import io.brume.cli.client.Cloud;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "list", description = "Lists accounts.", footer = "  brume account list")
final class ListAccounts extends CloudCommand {
    ListAccounts(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        listing()
                .rows(
                        List.of("AccountId", "Name", "Operator", "CreatedAt"),
                        cloud.brumeList("ListAccounts", "Accounts"),
                        "There are no accounts.");
        return 0;
    }
}
