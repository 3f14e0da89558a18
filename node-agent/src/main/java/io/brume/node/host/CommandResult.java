package io.brume.node.host;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/**
 * How a program ended.
 *
 * @param program its name, for messages
 * @param exitCode 0 = success; 128 + n = ended by signal n
 * @param output the kept part of standard output
 * @param errors the kept part of standard error
 */
public record CommandResult(String program, int exitCode, String output, String errors) {
    public CommandResult {
        requireNonNull(program);
        requireNonNull(output);
        requireNonNull(errors);
    }

    public boolean succeeded() {
        return exitCode == 0;
    }

    /** This result. Throws, with what the program said, if it failed. */
    public CommandResult orThrow() throws IOException {
        if (!succeeded()) {
            String said = errors.isBlank() ? output.strip() : errors.strip();
            throw new IOException(program + " failed (" + exitCode + "): " + said);
        }
        return this;
    }
}
