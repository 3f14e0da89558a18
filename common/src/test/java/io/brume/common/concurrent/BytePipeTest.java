package io.brume.common.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BytePipeTest {
    @Test
    void carriesBytesInOrderThroughASmallBuffer() throws Exception {
        var pipe = new BytePipe(7);
        byte[] sent = new byte[10_000];
        new Random(1).nextBytes(sent);
        var writer =
                CompletableFuture.runAsync(() -> {
                    try (OutputStream out = pipe.sink()) {
                        out.write(sent[0]);
                        out.write(sent, 1, sent.length - 1);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertThat(pipe.source().readAllBytes()).isEqualTo(sent);
        writer.get(5, TimeUnit.SECONDS);
    }

    @Test
    void failsTheWriterWhenNobodyReads() throws Exception {
        var pipe = new BytePipe(1);
        var writer =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        pipe.sink().write(new byte[5]);
                        return "written";
                    } catch (IOException e) {
                        return String.valueOf(e.getMessage());
                    }
                });
        try (InputStream in = pipe.source()) {
            assertThat(in.read()).isZero();
        }
        assertThat(writer.get(5, TimeUnit.SECONDS)).contains("the reader is gone");
        assertThatThrownBy(() -> pipe.sink().write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void backsOffWithinItsBounds() {
        var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), new Random(2));
        for (long most : new long[] {100, 200, 400, 800, 1000, 1000}) {
            assertThat(backoff.next().toMillis()).isBetween(most / 2, most);
        }
        backoff.reset();
        assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
    }
}
