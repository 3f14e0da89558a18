package io.brume.node.network.nftables;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.HostCommands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a ruleset in force with the {@code nft} tool, all of it or none. A process per change costs
 * 3 to 5 ms; it keeps GPL-2 code out of this one. Thread-safe.
 */
public final class NftCommand {
    private final HostCommands commands;

    public NftCommand(HostCommands commands) {
        this.commands = requireNonNull(commands);
    }

    /**
     * @param within the words that put a command into the right namespace; empty = here
     */
    public void load(List<String> within, String ruleset) throws IOException {
        var command = new ArrayList<>(within);
        command.addAll(List.of("nft", "-f", "-"));
        commands.require(command, ruleset);
    }
}
