package io.brume.common.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResidentFileTest {
    @TempDir Path folder;

    private final ByteBuffer into = ByteBuffer.allocateDirect(16);

    private Path file() throws IOException {
        return Files.writeString(folder.resolve("file"), "0123456789");
    }

    @Test
    void whatWasJustWrittenIsRead() throws Exception {
        try (ResidentFile file = ResidentFile.open(file())) {
            assertThat(file.read(into.position(9), 3, 4, 5)).isTrue();
            byte[] found = new byte[4];
            into.get(3, found);
            assertThat(new String(found, StandardCharsets.US_ASCII)).isEqualTo("5678");
        }
    }

    @Test
    void whatIsNotThereWholeIsNotRead() throws Exception {
        try (ResidentFile file = ResidentFile.open(file())) {
            assertThat(file.read(into, 0, 4, 8)).isFalse();
            assertThat(file.read(into, 0, 4, 100)).isFalse();
        }
    }

    @Test
    void onlyRoomOfTheBufferIsWritten() throws Exception {
        try (ResidentFile file = ResidentFile.open(file())) {
            assertThatThrownBy(() -> file.read(into, 13, 4, 0)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(16), 0, 4, 0))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void oneThatIsClosedIsNotRead() throws Exception {
        ResidentFile file = ResidentFile.open(file());
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(into, 0, 4, 0)).isInstanceOf(IOException.class);
    }

    @Test
    void oneThatIsNotThereCannotBeOpened() {
        assertThatThrownBy(() -> ResidentFile.open(folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("errno 2");
    }

    @Test
    void sharedMemoryIsSeenByWhoOpensItUntilItIsClosed() throws Exception {
        SharedMemory memory = SharedMemory.create("test", 8192);
        ByteBuffer seen = SharedMemory.open(memory.path());
        memory.bytes().putLong(4096, 42);
        assertThat(seen.getLong(4096)).isEqualTo(42);
        assertThat(seen.isReadOnly()).isTrue();
        memory.close();
        memory.close();
        memory.bytes().putLong(0, 43);
        assertThat(seen.getLong(0)).isEqualTo(43);
        assertThatThrownBy(() -> SharedMemory.open(memory.path()))
                .isInstanceOf(NoSuchFileException.class);
    }
}
