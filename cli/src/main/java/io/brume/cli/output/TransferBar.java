package io.brume.cli.output;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.time.Duration;

/**
 * Shows how far a transfer has come: a line with a bar that is written over on a terminal, nothing
 * elsewhere. Thread-safe.
 */
public final class TransferBar {
    private static final int WIDTH = 24;
    private static final Duration BETWEEN = Duration.ofMillis(100);
    private static final String ERASE = "\r\u001b[K";

    private final Terminal terminal;
    private final Time time;
    private final String name;
    private final long total;
    private final long begun;
    private long done;
    private long shownNanos;

    /**
     * @param total bytes; negative = not known
     */
    public TransferBar(Terminal terminal, Time time, String name, long total) {
        this.terminal = requireNonNull(terminal);
        this.time = requireNonNull(time);
        this.name = requireNonNull(name).replaceAll("\\p{Cntrl}", "?");
        this.total = total;
        this.begun = time.nanos();
        this.shownNanos = begun - BETWEEN.toNanos();
    }

    /** So many bytes more; negative when they have to be moved again. */
    public synchronized void moved(long bytes) {
        done += bytes;
        if (terminal.live() && time.since(shownNanos).compareTo(BETWEEN) >= 0) {
            shownNanos = time.nanos();
            terminal.err().print(ERASE + line());
            terminal.err().flush();
        }
    }

    /** Takes the line away. */
    public synchronized void end() {
        if (terminal.live()) {
            terminal.err().print(ERASE);
            terminal.err().flush();
        }
    }

    private String line() {
        var text = new StringBuilder(name);
        if (total > 0) {
            int percent = (int) Math.min(100, done * 100 / total);
            int full = percent * WIDTH / 100;
            text.append("  [")
                    .append("#".repeat(full))
                    .append(".".repeat(WIDTH - full))
                    .append("] ")
                    .append(percent)
                    .append("%  ");
        } else {
            text.append("  ");
        }
        text.append(Sizes.text(done));
        if (total > 0) {
            text.append(" of ").append(Sizes.text(total));
        }
        double seconds = time.since(begun).toMillis() / 1000.0;
        if (seconds >= 0.5) {
            text.append("  ").append(Sizes.text((long) (done / seconds))).append("/s");
        }
        return text.toString();
    }
}
