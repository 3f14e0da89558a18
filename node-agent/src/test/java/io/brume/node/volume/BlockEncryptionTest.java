package io.brume.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockEncryptionTest {
    private static final int BLOCKS = 4;
    private static final int SIZE = BLOCKS * Blocks.BLOCK;

    private final Random random = new Random(3);
    private final byte[] key = new byte[64];

    BlockEncryptionTest() {
        random.nextBytes(key);
    }

    private static VolumeWant want(DataKey key) {
        return new VolumeWant("vol-1", 1, 1, 1 << 20, List.of(), 0, 0, List.of(), key);
    }

    private ByteBuffer plain() {
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(SIZE).put(0, bytes, 0, SIZE);
    }

    @Test
    void bytesOutsideOfTheRangeStayAndTheClientsToo() {
        var encryption = new BlockEncryption(want(DataKey.of(true, key)));
        ByteBuffer plain = plain();
        ByteBuffer before = copyOf(plain);
        ByteBuffer room = ByteBuffer.allocateDirect(SIZE + 64);
        encryption.seal(1 << 20, plain, 0, room, 32, SIZE);
        assertThat(plain).isEqualTo(before);
        assertThat(room.getLong(24)).isZero();
        assertThat(room.getLong(32 + SIZE)).isZero();
        assertThat(room.slice(32, SIZE)).isNotEqualTo(before);
        ByteBuffer sums = ByteBuffer.allocate(BLOCKS * Long.BYTES);
        BlockSums.compute(room, 32, SIZE, sums);
        encryption.open(1 << 20, room, 32, SIZE, sums);
        assertThat(room.slice(32, SIZE)).isEqualTo(before);
        assertThat(room.position()).isZero();
        assertThat(room.limit()).isEqualTo(SIZE + 64);
    }

    @Test
    void whatWasNeverWrittenReadsAsZeros() {
        var encryption = new BlockEncryption(want(DataKey.of(true, key)));
        ByteBuffer data = plain();
        ByteBuffer expected = copyOf(data);
        ByteBuffer sums = ByteBuffer.allocate(BLOCKS * Long.BYTES);
        encryption.seal(0, data, 0, data, 0, SIZE);
        BlockSums.compute(data, 0, SIZE, sums);
        // A block that is a hole, and one whose first write was torn after three sectors.
        for (ByteBuffer each : List.of(data, expected)) {
            BlockSums.zero(each, Blocks.BLOCK, Blocks.BLOCK);
            BlockSums.zero(each, 3 * Blocks.BLOCK + 3 * 512, Blocks.BLOCK - 3 * 512);
        }
        sums.putLong(Long.BYTES, Blocks.NEVER_WRITTEN);
        encryption.open(0, data, 0, SIZE, sums);
        assertThat(data).isEqualTo(expected);
    }

    @Test
    void aKeyIsAwaitedLearntOnceAndKept() {
        var encryption = new BlockEncryption(want(DataKey.of(true, new byte[0])));
        assertThat(encryption.isAwaitingKey()).isTrue();
        assertThat(encryption.isWanted()).isTrue();
        assertThat(encryption.isOn()).isFalse();
        encryption.learn(want(DataKey.NONE));
        assertThat(encryption.isAwaitingKey()).as("it stays encrypted").isTrue();
        encryption.learn(want(DataKey.of(true, key)));
        assertThat(encryption.isAwaitingKey()).isFalse();
        ByteBuffer plain = plain();
        ByteBuffer first = ByteBuffer.allocate(SIZE);
        encryption.seal(0, plain, 0, first, 0, SIZE);
        encryption.learn(want(DataKey.AWAITED));
        encryption.learn(want(DataKey.NONE));
        byte[] other = key.clone();
        other[0]++;
        encryption.learn(want(DataKey.of(true, other)));
        ByteBuffer second = ByteBuffer.allocate(SIZE);
        encryption.seal(0, plain, 0, second, 0, SIZE);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aVolumeThatIsNotEncryptedStaysSo() {
        var encryption = new BlockEncryption(want(DataKey.NONE));
        encryption.learn(want(DataKey.of(true, key)));
        assertThat(encryption.isWanted()).isFalse();
        assertThat(encryption.isOn()).isFalse();
        assertThat(encryption.isAwaitingKey()).isFalse();
    }

    @Test
    void nobodyIsToldAKey() {
        DataKey known = DataKey.of(true, key);
        assertThat(want(known).toString()).contains("secret").doesNotContain("[" + key[0] + ",");
        assertThat(known).isEqualTo(DataKey.of(true, key.clone())).isNotEqualTo(DataKey.AWAITED);
        assertThatThrownBy(() -> DataKey.of(true, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DataKey.of(true, new byte[64]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
