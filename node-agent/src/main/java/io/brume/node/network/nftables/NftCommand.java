package io.brume.node.network.nftables;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.HostCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts a ruleset in force with the {@code nft} tool, all of it or none. A process per change costs
 * 3 to 5 ms; it keeps GPL-2 code out of this one. Thread-safe.
 */
public final class NftCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HostCommands commands;
    private final Map<String, String> listings = new ConcurrentHashMap<>();

    public NftCommand(HostCommands commands) {
        this.commands = requireNonNull(commands);
    }

    /**
     * Puts a ruleset in force.
     *
     * @param within the words that put a command into the right namespace; empty = here
     */
    public void load(List<String> within, String ruleset) throws IOException {
        var command = new ArrayList<>(within);
        command.addAll(List.of("nft", "-f", "-"));
        commands.require(command, ruleset);
    }

    /**
     * Puts a ruleset of one table in force unless it is: a look costs a quarter of a change, which
     * waits for every processor to let go of the old rules. What is looked at is the kernel's own
     * listing, so that a rule that somebody has removed is put back.
     *
     * @param table for example {@code ip brume-host}
     */
    public void ensure(List<String> within, String ruleset, String table) throws IOException {
        String known = listings.get(ruleset);
        var look = new ArrayList<>(within);
        look.addAll(List.of("nft", "list", "table"));
        look.addAll(List.of(table.split(" ")));
        if (known != null && known.equals(commands.run(look, "", PATIENCE).standardOutput())) {
            return;
        }
        load(within, ruleset);
        listings.clear();
        listings.put(ruleset, commands.require(look, ""));
    }
}
