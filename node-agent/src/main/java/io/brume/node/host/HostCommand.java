package io.brume.node.host;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A program to run to its end.
 *
 * @param arguments the program and its arguments; no shell looks at them
 * @param timeout after which the program is killed and the call fails
 * @param maxOutputBytes how much of each output stream is kept; the rest is read and dropped
 * @param input what the program reads
 * @param folder where it runs; empty = the root folder
 * @param progress told each line of standard output as it comes; a carriage return ends a line too
 */
@SuppressWarnings("ArrayRecordComponent") // input is handed on, never compared
public record HostCommand(
        List<String> arguments,
        Duration timeout,
        int maxOutputBytes,
        byte[] input,
        Optional<Path> folder,
        Consumer<String> progress) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_OUTPUT_BYTES = 256 * 1024;

    public HostCommand {
        arguments = List.copyOf(arguments);
        requireNonNull(timeout);
        requireNonNull(folder);
        requireNonNull(progress);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** With 30 seconds, no input, and 256 KiB of each output kept. */
    public static HostCommand of(String... arguments) {
        return of(List.of(arguments));
    }

    /** With 30 seconds, no input, and 256 KiB of each output kept. */
    public static HostCommand of(List<String> arguments) {
        return new HostCommand(
                arguments, TIMEOUT, MAX_OUTPUT_BYTES, new byte[0], Optional.empty(), line -> {});
    }

    public HostCommand within(Duration limit) {
        return new HostCommand(arguments, limit, maxOutputBytes, input, folder, progress);
    }

    public HostCommand reading(byte[] text) {
        return new HostCommand(arguments, timeout, maxOutputBytes, text, folder, progress);
    }

    public HostCommand in(Path place) {
        return new HostCommand(
                arguments, timeout, maxOutputBytes, input, Optional.of(place), progress);
    }

    public HostCommand telling(Consumer<String> listener) {
        return new HostCommand(arguments, timeout, maxOutputBytes, input, folder, listener);
    }

    /** The program's name, for messages. */
    String program() {
        String path = arguments.getFirst();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
