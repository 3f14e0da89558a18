package io.brume.node.network;

import io.brume.node.host.CommandResult;
import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the network runs the host's tools ({@code ip}, {@code tc}, {@code nft}, {@code dnsmasq}).
 * Implementations are thread-safe and may block.
 */
@FunctionalInterface
public interface HostCommands {
    /** Room for what {@code ip} says of a thousand interfaces. */
    int MAX_OUTPUT_BYTES = 16 << 20;

    /** As processes of the host. */
    static HostCommands through(Processes processes) {
        return (command, input, timeout) -> {
            CommandResult result =
                    processes.run(
                            new HostCommand(
                                    command,
                                    timeout,
                                    MAX_OUTPUT_BYTES,
                                    input.getBytes(StandardCharsets.UTF_8),
                                    Optional.empty(),
                                    line -> {}));
            return new Output(result.exitCode(), result.output(), result.errors());
        };
    }

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
