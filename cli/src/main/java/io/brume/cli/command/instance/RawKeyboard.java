package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard input with every key passed on as it is typed, put back as it was at the end. A pipe is
 * left as it is.
 */
final class RawKeyboard implements AutoCloseable {
    private final String before;

    private RawKeyboard(String before) {
        this.before = before;
    }

    static RawKeyboard open() {
        String state = stty("-g");
        if (!state.isEmpty()) {
            stty("raw", "-echo");
        }
        return new RawKeyboard(state);
    }

    InputStream input() {
        return System.in;
    }

    @Override
    public void close() {
        if (!before.isEmpty()) {
            stty(before);
        }
    }

    /** Calls stty on this process's terminal; empty when there is none. */
    private static String stty(String... arguments) {
        var words = new ArrayList<String>();
        words.add("stty");
        words.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(words)
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(new File("/dev/null"))
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return process.waitFor() == 0 ? output.strip() : "";
        } catch (IOException e) {
            throw new CliException(
                    "stty could not be started: " + e.getMessage(),
                    "apt-get install coreutils",
                    CliException.GENERAL,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
