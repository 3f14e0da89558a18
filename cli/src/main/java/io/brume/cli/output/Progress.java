package io.brume.cli.output;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Waits for something to come true and shows that it does: a line written over and over on a
 * terminal, else a few lines.
 */
public final class Progress {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final Time time;
    private final Pause pause;

    /** How time passes between two looks. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    public Progress(Terminal terminal, Time time, Pause pause) {
        this.terminal = requireNonNull(terminal);
        this.time = requireNonNull(time);
        this.pause = requireNonNull(pause);
    }

    /**
     * Looks until there is a result.
     *
     * @param what is waited for, as in "first: running"
     * @param look gives the result, or what is the case instead
     * @return empty when the limit passed first
     */
    public <T> Optional<T> await(String what, Duration limit, Supplier<Look<T>> look) {
        long begin = time.nanos();
        Duration said = Duration.ZERO;
        while (true) {
            Look<T> seen = look.get();
            Duration passed = time.since(begin);
            if (seen.result().isPresent()) {
                if (terminal.live()) {
                    terminal.err().print("\r\u001b[K");
                }
                terminal.note(what + " after " + seconds(passed));
                return seen.result();
            }
            if (passed.compareTo(limit) >= 0) {
                if (terminal.live()) {
                    terminal.err().print("\r\u001b[K");
                }
                return Optional.empty();
            }
            String line = what + ": " + seen.instead() + ", " + seconds(passed);
            if (terminal.live()) {
                terminal.err().print("\r\u001b[K" + line);
                terminal.err().flush();
            } else if (passed.minus(said).compareTo(BETWEEN_LINES) >= 0) {
                said = passed;
                terminal.note(line);
            }
            try {
                // Soon at first, since most things are quick; not so often that it weighs on the
                // cloud.
                pause.of(Duration.ofMillis(passed.toSeconds() < 10 ? 200 : 1000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    /**
     * What one look gave.
     *
     * @param instead what is the case as long as there is no result
     */
    public record Look<T>(Optional<T> result, String instead) {
        public static <T> Look<T> done(T result) {
            return new Look<>(Optional.of(result), "");
        }

        public static <T> Look<T> notYet(String instead) {
            return new Look<>(Optional.empty(), instead);
        }
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000 + "." + duration.toMillis() / 100 % 10 + " s";
    }
}
