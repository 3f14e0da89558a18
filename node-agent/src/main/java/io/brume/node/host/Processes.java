package io.brume.node.host;

import java.io.IOException;

/**
 * Starts the host's programs. Thread-safe; calls block and are made from virtual or platform
 * threads.
 */
public interface Processes {
    /**
     * Runs a program to its end, whatever its exit code.
     *
     * @throws IOException when it cannot be started, takes longer than its timeout (it is killed
     *     then), or the caller is interrupted
     */
    CommandResult run(HostCommand command) throws IOException;

    /** Starts a program that outlives the agent. Returns when its process exists. */
    Daemon start(DaemonCommand command) throws IOException;

    /** The real ones. */
    static Processes system() {
        return new HostProcesses();
    }
}
