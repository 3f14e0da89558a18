package io.brume.cli.output;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.util.Map;

/**
 * Where output goes, and whether a person looks at it.
 *
 * @param colours whether standard output is a terminal that shows colours
 * @param live whether standard error is a terminal, on which a line can be written over
 */
public record Terminal(PrintStream out, PrintStream err, boolean colours, boolean live) {
    public Terminal {
        requireNonNull(out);
        requireNonNull(err);
    }

    /**
     * This process's. The launcher knows what is a terminal and says so in {@code BRUME_TERMINAL},
     * since asking from here costs more than many a command.
     */
    public static Terminal ofProcess(Map<String, String> variables) {
        String terminals = variables.getOrDefault("BRUME_TERMINAL", "");
        boolean dumb =
                variables.getOrDefault("TERM", "dumb").equals("dumb")
                        || !variables.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                System.out,
                System.err,
                terminals.contains("out") && !dumb,
                terminals.contains("err"));
    }

    /** A line of standard output. */
    public void say(String line) {
        out.println(line);
    }

    /** A line of standard error, for what is not the result. */
    public void note(String line) {
        err.println(line);
    }

    /** The text in a colour where colours are shown. */
    String paint(Colour colour, String text) {
        return colours && colour != Colour.NONE ? colour.begin() + text + "\u001b[0m" : text;
    }
}
