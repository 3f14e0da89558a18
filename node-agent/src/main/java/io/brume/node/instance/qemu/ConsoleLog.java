package io.brume.node.instance.qemu;

import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What a guest wrote to its serial console. QEMU appends to the file, also while no agent lives, so
 * that nothing is lost; the agent gives the room of the old part back by punching a hole, which
 * needs no agreement with the writer. The file's length counts all that was ever written; what it
 * takes on disk stays below {@link #MAX_BYTES} plus what comes between two calls of {@link #trim}.
 */
final class ConsoleLog {
    static final long MAX_BYTES = 1024 * 1024;
    static final long KEPT_BYTES = 256 * 1024;
    private static final long BLOCK = 4096;

    private final Path file;
    private final Processes processes;

    ConsoleLog(Path file, Processes processes) {
        this.file = file;
        this.processes = processes;
    }

    /** The end of it, at most {@link #KEPT_BYTES}. */
    byte[] read(int maxBytes) throws IOException {
        byte[] tail = GuestFolder.tail(file, (int) Math.min(maxBytes, KEPT_BYTES));
        int start = 0;
        // What was punched reads as zeros; a console has none.
        while (start < tail.length && tail[start] == 0) {
            start++;
        }
        return Arrays.copyOfRange(tail, start, tail.length);
    }

    /**
     * Gives back the room of what is older than the kept part, if it has become much.
     *
     * @param trimmedTo what the last call returned; 0 at first
     * @return up to where the file is a hole
     */
    long trim(long trimmedTo) throws IOException {
        long length = Files.exists(file) ? Files.size(file) : 0;
        if (length < trimmedTo) {
            return trim(0); // A new run has begun a new file.
        }
        if (length - trimmedTo <= MAX_BYTES) {
            return trimmedTo;
        }
        long hole = (length - KEPT_BYTES) / BLOCK * BLOCK;
        var punched =
                processes.run(
                        HostCommand.of(
                                "fallocate",
                                "--punch-hole",
                                "--offset",
                                "0",
                                "--length",
                                Long.toString(hole),
                                file.toString()));
        if (!punched.succeeded()) {
            cutOff();
            return 0;
        }
        return hole;
    }

    // For file systems without holes: what is written in this very moment may be lost.
    private void cutOff() throws IOException {
        byte[] tail = read((int) KEPT_BYTES);
        try (var channel =
                FileChannel.open(
                        file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(tail));
        }
    }
}
