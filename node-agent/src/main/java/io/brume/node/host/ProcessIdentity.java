package io.brume.node.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.time.Time;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One process, beyond doubt: a recycled process id is never taken for it, because a start time goes
 * with it.
 *
 * @param pid the process id
 * @param startTicks when it started, in clock ticks since the host did: field 22 of proc(5)'s
 *     {@code /proc/PID/stat}
 */
public record ProcessIdentity(long pid, long startTicks) {
    private static final Path PROC = Path.of("/proc");
    private static final long FIRST_WAIT_MILLIS = 2;
    private static final long LONGEST_WAIT_MILLIS = 50;

    /**
     * The process that has this id now; empty when there is none or it is only waiting to be
     * collected.
     */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            return dead(stat) ? Optional.empty() : Optional.of(parse(stat));
        } catch (IOException e) {
            // proc(5): the file goes with the process; reading one that just went gives ESRCH.
            return Optional.empty();
        }
    }

    /** Reads a record that {@link Processes#start} left. Empty when there is none. */
    public static Optional<ProcessIdentity> read(Path identityFile) throws IOException {
        try {
            String stat = Files.readString(identityFile, UTF_8);
            return stat.isBlank() ? Optional.empty() : Optional.of(parse(stat));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Reads a line of {@code /proc/PID/stat}. The program's name may hold anything but a NUL. */
    static ProcessIdentity parse(String stat) throws IOException {
        try {
            long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
            return new ProcessIdentity(pid, Long.parseLong(afterName(stat)[19]));
        } catch (RuntimeException e) {
            throw new IOException("not a line of /proc/PID/stat: " + stat.strip(), e);
        }
    }

    private static boolean dead(String stat) {
        String state = afterName(stat)[0];
        return state.equals("Z") || state.equals("X");
    }

    private static String[] afterName(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
    }

    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /** Waits for the end. False when it has not come in time. */
    public boolean awaitEnd(Duration limit) throws IOException {
        Time time = Time.system();
        long start = time.nanos();
        long wait = FIRST_WAIT_MILLIS;
        while (alive()) {
            if (time.since(start).compareTo(limit) > 0) {
                return false;
            }
            try {
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for process " + pid);
            }
            wait = Math.min(wait * 2, LONGEST_WAIT_MILLIS);
        }
        return true;
    }

    /** Sends SIGKILL, if it is still this process. */
    public void kill() {
        // The handle keeps the start time itself and looks again right before the signal.
        ProcessHandle.of(pid).filter(handle -> alive()).ifPresent(ProcessHandle::destroyForcibly);
    }
}
