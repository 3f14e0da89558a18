package io.brume.storage.object.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What waits between a connection and whoever reads a body. */
final class BodyInputTest {
    private static final int LIMIT = 100;

    private final AtomicInteger rooms = new AtomicInteger();
    private final BodyInput body = new BodyInput(LIMIT, () -> {}, rooms::incrementAndGet);

    private boolean offer(int count) {
        return body.offer(Unpooled.wrappedBuffer(new byte[count]));
    }

    @Test
    void isReadAgainWhenHalfIsTaken() throws IOException {
        assertThat(offer(LIMIT - 1)).isTrue();
        assertThat(offer(1)).isFalse();
        assertThat(body.readNBytes(LIMIT / 2 - 1)).hasSize(LIMIT / 2 - 1);
        assertThat(rooms).hasValue(0);
        assertThat(body.readNBytes(1)).hasSize(1);
        assertThat(rooms).hasValue(1);
    }

    @Test
    void isReadAgainThoughMoreCameAfterItWasFull() throws IOException {
        assertThat(offer(LIMIT)).isFalse();
        assertThat(body.readNBytes(10)).hasSize(10);
        assertThat(offer(5)).as("what had been decoded with the rest").isFalse();
        assertThat(body.readNBytes(LIMIT - 5)).hasSize(LIMIT - 5);
        assertThat(rooms).hasValue(1);
    }
}
