package io.brume.node.host;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * A program that is to outlive the agent: in its own session, reading nothing, writing to a file.
 *
 * @param arguments the program and its arguments; no shell looks at them
 * @param workingDirectory where it runs
 * @param networkNamespace a namespace's name, or empty for the agent's own
 * @param controlGroups the {@code cgroup.procs} files that it is entered into before it starts
 * @param output what it writes to standard output and standard error is appended here
 * @param identityFile its process is recorded here before the program starts, so that an agent that
 *     dies in that moment still finds it; see {@link ProcessIdentity#read}
 */
public record DaemonCommand(
        List<String> arguments,
        Path workingDirectory,
        String networkNamespace,
        List<Path> controlGroups,
        Path output,
        Path identityFile) {
    public DaemonCommand {
        arguments = List.copyOf(arguments);
        controlGroups = List.copyOf(controlGroups);
        requireNonNull(workingDirectory);
        requireNonNull(networkNamespace);
        requireNonNull(output);
        requireNonNull(identityFile);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }
}
