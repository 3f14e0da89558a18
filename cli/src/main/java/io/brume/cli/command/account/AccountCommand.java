package io.brume.cli.command.account;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "account",
        description = "Accounts, each of which sees its own resources alone. For operators.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CreateAccount.class,
            ListAccounts.class,
            ResetAccount.class,
            DeleteAccount.class
        })
public final class AccountCommand {}
