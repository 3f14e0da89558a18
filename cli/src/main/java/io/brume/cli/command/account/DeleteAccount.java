package io.brume.cli.command.account;

import io.brume.cli.command.Context;
import picocli.CommandLine.Command;

@Command(
        name = "delete",
        description = "Deletes accounts with every resource and their credentials.",
        footer = "  brume account delete 210987654321 --yes")
final class DeleteAccount extends EndAccount {
    DeleteAccount(Context context) {
        super(context, "DeleteAccount", "deleted");
    }
}
