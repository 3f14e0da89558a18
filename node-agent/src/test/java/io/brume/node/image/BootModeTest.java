package io.brume.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BootModeTest {
    private static ByteBuffer disk() {
        return ByteBuffer.allocate(4096)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(510, (short) 0xaa55);
    }

    private static ByteBuffer gpt() {
        var disk = disk().putLong(512, 0x5452415020494645L).putLong(584, 2);
        disk.putInt(592, 128).putInt(596, 128);
        // The second entry is an EFI system partition, as sgdisk writes it.
        byte[] type = {
            0x28,
            0x73,
            0x2a,
            (byte) 0xc1,
            0x1f,
            (byte) 0xf8,
            (byte) 0xd2,
            0x11,
            (byte) 0xba,
            0x4b,
            0,
            (byte) 0xa0,
            (byte) 0xc9,
            0x3e,
            (byte) 0xc9,
            0x3b
        };
        disk.position(1024 + 128);
        return disk.put(type);
    }

    @Test
    void looksForTheSystemPartition() {
        assertThat(BootMode.of(new byte[0])).isEqualTo(BootMode.BIOS);
        assertThat(BootMode.of(new byte[4096])).isEqualTo(BootMode.BIOS);
        assertThat(BootMode.of(disk().put(0, (byte) 0xeb).array())).isEqualTo(BootMode.BIOS);
        assertThat(BootMode.of(disk().put(450, (byte) 0xef).array())).isEqualTo(BootMode.UEFI);
        assertThat(BootMode.of(gpt().array())).isEqualTo(BootMode.UEFI);
        assertThat(BootMode.of(gpt().put(0, (byte) 0xeb).array()))
                .isEqualTo(BootMode.UEFI_PREFERRED);
    }

    @Property(tries = 500)
    void anyDiskHasAMode(@ForAll byte[] tail) {
        byte[] disk = gpt().array();
        System.arraycopy(tail, 0, disk, 512, Math.min(tail.length, 2048));
        assertThat(BootMode.of(disk)).isNotNull();
    }
}
