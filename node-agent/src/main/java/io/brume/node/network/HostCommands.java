package io.brume.node.network;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * How the network runs the host's tools ({@code ip}, {@code tc}, {@code nft}, {@code dnsmasq}).
 * Implementations are thread-safe and may block.
 */
@FunctionalInterface
public interface HostCommands {
    /**
     * What a tool left.
     *
     * @param status its exit status; 0 = success
     */
    record Output(int status, String standardOutput, String standardError) {}

    /**
     * Runs a tool to its end.
     *
     * @param input what it reads; may be empty
     * @throws IOException it could not be started or did not end in time, and was ended
     */
    Output run(List<String> command, String input, Duration timeout) throws IOException;

    /** Runs a tool that has to succeed, and gives its standard output. */
    default String require(List<String> command, String input) throws IOException {
        Output output = run(command, input, Duration.ofSeconds(20));
        if (output.status() != 0) {
            throw new IOException(
                    String.join(" ", command)
                            + " ended with "
                            + output.status()
                            + ": "
                            + output.standardError().strip());
        }
        return output.standardOutput();
    }
}
