package io.brume.cli;

import picocli.CommandLine;

/** The command-line program's entry. */
public final class Brume {
    private Brume() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Object()).execute(arguments));
    }
}
