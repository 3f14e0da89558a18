package io.brume.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.cli.output.Progress.Look;
import io.brume.common.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Progress progress(boolean live) {
        var err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Time time =
                new Time() {
                    @Override
                    public Instant now() {
                        return Instant.EPOCH;
                    }

                    @Override
                    public long nanos() {
                        return nanos.get();
                    }
                };
        return new Progress(
                new Terminal(err, err, false, live),
                time,
                pause -> nanos.addAndGet(pause.toNanos()));
    }

    private Look<String> after(Duration when) {
        return nanos.get() >= when.toNanos() ? Look.done("yes") : Look.notYet("pending");
    }

    @Test
    void saysALineNowAndThenWithoutATerminal() {
        var result =
                progress(false)
                        .await(
                                "i-1 running",
                                Duration.ofMinutes(1),
                                () -> after(Duration.ofSeconds(25)));
        assertThat(result).contains("yes");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        i-1 running: pending, 10.0 s
                        i-1 running: pending, 20.0 s
                        i-1 running after 25.0 s
                        """);
    }

    @Test
    void writesOverOneLineOnATerminal() {
        progress(true).await("x", Duration.ofMinutes(1), () -> after(Duration.ofMillis(300)));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("\r\u001b[Kx: pending, 0.0 s")
                .endsWith("\r\u001b[Kx after 0.4 s\n");
    }

    @Test
    void endsAtTheLimit() {
        var result =
                progress(false).await("x", Duration.ofSeconds(5), () -> after(Duration.ofDays(1)));
        assertThat(result).isEmpty();
        assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(5));
    }
}
