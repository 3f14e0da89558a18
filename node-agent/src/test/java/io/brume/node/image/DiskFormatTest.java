package io.brume.node.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFormatTest {
    @TempDir private Path folder;

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("file"), content);
    }

    private static ByteBuffer qcow2(int version) {
        return ByteBuffer.allocate(512).putInt(0, 0x514649fb).putInt(4, version);
    }

    private void assertRefused(DiskFormat format, byte[] content, String reason)
            throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> format.check(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void qcow2ThatNamesOtherFilesIsRefused() throws IOException {
        byte[] plain = qcow2(3).array();
        assertThat(DiskFormat.of(file(plain))).isEqualTo(DiskFormat.QCOW2);
        DiskFormat.QCOW2.check(file(plain));
        DiskFormat.QCOW2.check(file(qcow2(2).array()));
        assertRefused(
                DiskFormat.QCOW2, qcow2(3).putLong(8, 104).putInt(16, 9).array(), "backing file");
        assertRefused(DiskFormat.QCOW2, qcow2(2).putLong(8, 72).array(), "backing file");
        assertRefused(DiskFormat.QCOW2, qcow2(3).putLong(72, 4).array(), "in another file");
        assertRefused(DiskFormat.QCOW2, qcow2(3).putLong(72, 2).array(), "corrupt");
        assertRefused(DiskFormat.QCOW2, qcow2(3).putInt(32, 1).array(), "encrypted");
        assertRefused(DiskFormat.QCOW2, qcow2(9).array(), "unknown version");
        assertRefused(DiskFormat.QCOW2, new byte[512], "not a qcow2");
        assertRefused(DiskFormat.QCOW2, new byte[5], "cut off");
    }

    private static byte[] vmdk(long capacity, String descriptor) {
        var buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0, 0x564d444b).putLong(12, capacity).putLong(28, 1).putLong(36, 1);
        buffer.position(512);
        buffer.put(descriptor.getBytes(ISO_8859_1));
        return buffer.array();
    }

    @Test
    void vmdkThatNamesOtherFilesIsRefused() throws IOException {
        String good = "createType=\"monolithicSparse\"\nRW 2048 SPARSE \"a.vmdk\"\n";
        assertThat(DiskFormat.of(file(vmdk(8, good)))).isEqualTo(DiskFormat.VMDK);
        DiskFormat.VMDK.check(file(vmdk(8, good)));
        DiskFormat.VMDK.check(file(vmdk(8, good.replace("monolithicSparse", "streamOptimized"))));
        assertRefused(DiskFormat.VMDK, vmdk(0, good), "without a description");
        assertRefused(
                DiskFormat.VMDK, vmdk(8, good + "RW 8 FLAT \"/etc/shadow\" 0\n"), "more than one");
        assertRefused(
                DiskFormat.VMDK, vmdk(8, good.replace("Sparse\"", "Flat\"")), "more than one file");
        assertRefused(
                DiskFormat.VMDK,
                vmdk(8, good + "parentFileNameHint=\"/etc/shadow\"\n"),
                "difference");
        byte[] text = "# Disk DescriptorFile\nRW 8 FLAT \"/etc/shadow\" 0\n".getBytes(ISO_8859_1);
        assertThat(DiskFormat.of(file(text))).isEqualTo(DiskFormat.VMDK);
        assertRefused(DiskFormat.VMDK, java.util.Arrays.copyOf(text, 512), "names other files");
    }

    @Test
    void vhdThatIsADifferenceIsRefused() throws IOException {
        var footer = ByteBuffer.allocate(1024).putLong(512, 0x636f6e6563746978L);
        assertThat(DiskFormat.of(file(footer.array()))).isEqualTo(DiskFormat.VHD);
        DiskFormat.VHD.check(file(footer.putInt(572, 2).array()));
        assertRefused(DiskFormat.VHD, footer.putInt(572, 4).array(), "difference");
        assertRefused(DiskFormat.VHD, footer.putInt(572, 7).array(), "unknown kind");
        assertRefused(DiskFormat.VHD, new byte[1024], "not a VHD");
    }

    @Test
    void rawIsWhatIsNothingElse() throws IOException {
        assertThat(DiskFormat.of(file(new byte[1024]))).isEqualTo(DiskFormat.RAW);
        DiskFormat.RAW.check(file(new byte[1024]));
        assertRefused(DiskFormat.RAW, "<html>not found</html>".getBytes(ISO_8859_1), "512");
        assertRefused(DiskFormat.RAW, new byte[0], "512");
        Path gzip = file(new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertThatThrownBy(() -> DiskFormat.of(gzip)).hasMessageContaining("compressed");
    }

    @Property(tries = 300)
    void anyFileIsAcceptedOrRefusedInWords(
            @ForAll @Size(max = 700) byte[] tail, @ForAll DiskFormat format) throws IOException {
        byte[] magic =
                switch (format) {
                    case RAW -> new byte[0];
                    case QCOW2 -> new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3};
                    case VMDK -> new byte[] {'K', 'D', 'M', 'V', 1, 0, 0, 0};
                    case VHD -> "conectix".getBytes(ISO_8859_1);
                    case VHDX -> "vhdxfile".getBytes(ISO_8859_1);
                };
        var content = ByteBuffer.allocate(magic.length + tail.length).put(magic).put(tail).array();
        Path file = Files.createTempFile("brume-format", "");
        try {
            Files.write(file, content);
            format.check(Files.write(file, content));
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        } finally {
            Files.delete(file);
        }
    }
}
