package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SerialReaderTest {
    @Test
    void readsWhatWasAddedThenEnds() throws IOException {
        var reader = new SerialReader();
        reader.add("hello".getBytes(UTF_8), 5);
        reader.end();
        assertThat(reader.available()).isEqualTo(5);
        assertThat(new String(reader.readAllBytes(), UTF_8)).isEqualTo("hello");
        assertThat(reader.read()).isEqualTo(-1);
    }

    @Test
    void slowReaderLosesTheOldest() throws IOException {
        var reader = new SerialReader();
        byte[] block = new byte[SerialReader.CAPACITY];
        reader.add(block, block.length);
        reader.add("tail".getBytes(UTF_8), 4);
        reader.end();
        byte[] all = reader.readAllBytes();
        assertThat(all).hasSize(SerialReader.CAPACITY);
        assertThat(new String(all, all.length - 4, 4, UTF_8)).isEqualTo("tail");
    }
}
