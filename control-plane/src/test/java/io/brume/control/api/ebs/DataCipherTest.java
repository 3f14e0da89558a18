package io.brume.control.api.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.SealedSecret;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.fleet.Chunks;
import io.brume.control.state.DataKeys;
import io.brume.control.state.MasterKey;
import io.brume.proto.block.BlockCipher;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DataCipherTest {
    private static final AccountId ME = new AccountId("123456789012");
    private final MasterKey masterKey = MasterKey.random();
    private final DataCipher cipher =
            new DataCipher(new DataKeys(masterKey, "us-east-1", new Random(1)));
    private final Random random = new Random(42);
    private final byte[] key = bytes(BlockCipher.KEY);

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Snapshot snapshot(Optional<Encryption> encryption) {
        return new Snapshot(
                new SnapshotId("snap-0000000000000000a"),
                ME,
                Snapshot.OF_NO_VOLUME,
                1,
                "",
                Instant.EPOCH,
                SnapshotState.COMPLETED,
                100,
                true,
                List.of(),
                0,
                Optional.empty(),
                VolumePermissions.NONE,
                encryption,
                Optional.empty(),
                false);
    }

    private Snapshot encrypted(String owner) {
        var sealed = Base64.getEncoder().encodeToString(masterKey.seal(owner, key));
        return snapshot(Optional.of(new Encryption("arn", new SealedSecret(sealed))));
    }

    @Test
    void whatIsNotEncryptedStaysAsItIs() {
        byte[] data = bytes(Chunks.CHUNK);
        assertThat(cipher.sealed(snapshot(Optional.empty()), 3, data)).isSameAs(data);
        assertThat(cipher.opened(snapshot(Optional.empty()), 3, data)).isSameAs(data);
    }

    @Test
    void blocksAreEncryptedAsTheCoordinatorDoes() {
        var snapshot = encrypted("ebs:" + ME);
        byte[] data = bytes(Chunks.CHUNK);
        byte[] stored = cipher.sealed(snapshot, 3, data);
        var plain = ByteBuffer.allocate(Blocks.BLOCK);
        long number = 3L * (Chunks.CHUNK / Blocks.BLOCK) + 5;
        new BlockCipher(key)
                .decrypt(number, ByteBuffer.wrap(stored, 5 * Blocks.BLOCK, Blocks.BLOCK), plain);
        assertThat(plain.array())
                .isEqualTo(Arrays.copyOfRange(data, 5 * Blocks.BLOCK, 6 * Blocks.BLOCK));
        assertThat(cipher.opened(snapshot, 3, stored)).isEqualTo(data);
    }

    @Test
    void whatWasNeverWrittenIsZeros() {
        var snapshot = encrypted("ebs:" + ME);
        byte[] stored = cipher.sealed(snapshot, 0, bytes(Chunks.CHUNK));
        Arrays.fill(stored, 0, Blocks.BLOCK, (byte) 0);
        byte[] plain = cipher.opened(snapshot, 0, stored);
        assertThat(Arrays.copyOf(plain, Blocks.BLOCK)).isEqualTo(new byte[Blocks.BLOCK]);
        byte[] zeros = new byte[Chunks.CHUNK];
        assertThat(cipher.sealed(snapshot, 0, zeros)).isEqualTo(zeros);
        assertThat(cipher.opened(snapshot, 0, zeros)).isEqualTo(zeros);
        byte[] oneByte = new byte[Chunks.CHUNK];
        oneByte[0] = 1;
        byte[] sealed = cipher.sealed(snapshot, 0, oneByte);
        assertThat(Arrays.copyOfRange(sealed, Blocks.BLOCK, 2 * Blocks.BLOCK))
                .as("zeros beside something are encrypted, too")
                .isNotEqualTo(new byte[Blocks.BLOCK]);
        assertThat(cipher.opened(snapshot, 0, sealed)).isEqualTo(oneByte);
    }

    @Test
    void aKeyOfAnotherAccountDoesNotOpen() {
        var stolen = encrypted("ebs:999999999999");
        byte[] data = bytes(Chunks.CHUNK);
        assertThatThrownBy(() -> cipher.opened(stolen, 0, data))
                .isInstanceOf(IllegalStateException.class);
    }
}
