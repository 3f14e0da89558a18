package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.MemoryBlockDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransmissionTest {
    private static final int SIZE = 4 << 20;

    private static Wire wire(boolean structured, boolean readOnly, long seed) throws IOException {
        return wire(new MemoryBlockDevice(SIZE), structured, readOnly, seed);
    }

    private static Wire wire(
            MemoryBlockDevice device, boolean structured, boolean readOnly, long seed)
            throws IOException {
        var wire = new Wire(device, new NbdExport("x", "", readOnly), new Random(seed));
        wire.feed(ByteBuffer.allocate(4).putInt(3).flip());
        if (structured) {
            wire.feed(option(Nbd.OPT_STRUCTURED_REPLY, new byte[0]));
            wire.feed(option(Nbd.OPT_SET_META_CONTEXT, NbdClient.contexts("", Nbd.ALLOCATION)));
        }
        wire.feed(option(Nbd.OPT_GO, NbdClient.goData("")));
        assertThat(wire.isTransmitting()).isTrue();
        wire.answers();
        return wire;
    }

    private static ByteBuffer option(int option, byte[] data) {
        return ByteBuffer.allocate(16 + data.length)
                .putLong(Nbd.OPTION_MAGIC)
                .putInt(option)
                .putInt(data.length)
                .put(data)
                .flip();
    }

    private static ByteBuffer ask(Wire wire, int command, int flags, long offset, long length)
            throws IOException {
        return wire.feed(NbdClient.header(command, flags, 42, offset, length)).answers();
    }

    @ParameterizedTest
    @CsvSource({
        // command, flags, offset, length, error
        "0, 0, 0, 512, 0",
        "0, 1, 0, 512, 0", // FUA is allowed everywhere
        "0, 2, 0, 512, 22",
        "0, 8, 0, 512, 22",
        "0, 32, 0, 512, 22",
        "0, 0, 4194304, 1, 22",
        "0, 0, 4194303, 2, 22",
        "0, 0, -1, 1, 22",
        "0, 0, 9223372036854775807, 1, 22",
        "0, 0, 0, 4294967295, 22",
        "0, 0, 5, 0, 0",
        "1, 4, 0, 512, 22",
        "1, 0, 4194304, 1, 28",
        "1, 0, 5, 0, 0",
        "3, 0, 0, 0, 0",
        "3, 1, 0, 0, 0",
        "3, 0, 1, 0, 22",
        "3, 0, 0, 1, 22",
        "4, 0, 0, 4194304, 0",
        "4, 1, 1, 4097, 0",
        "4, 0, 1, 10, 0",
        "4, 0, 0, 4194305, 22",
        "4, 2, 0, 4096, 22",
        "5, 0, 0, 4194304, 0",
        "5, 0, 0, 4194305, 22",
        "5, 2, 0, 4096, 22",
        "6, 0, 0, 4194304, 0",
        "6, 1, 7, 100, 0",
        "6, 2, 0, 4096, 0",
        "6, 16, 4096, 8192, 0",
        "6, 16, 4096, 8191, 95",
        "6, 16, 1, 4096, 95",
        "6, 18, 4096, 8192, 95",
        "6, 0, 1, 4194304, 28",
        "6, 0, 0, 4294967295, 28",
        "6, 4, 0, 4096, 22",
        "7, 0, 0, 0, 22",
        "7, 0, 0, 4194305, 22",
        "7, 2, 0, 4096, 22",
        "8, 0, 0, 8192, 22",
        "65535, 0, 0, 0, 22",
    })
    void saysWhatIsWrong(int command, int flags, long offset, long length, int error)
            throws IOException {
        for (boolean structured : new boolean[] {true, false}) {
            Wire wire = wire(structured, false, 1);
            wire.feed(NbdClient.header(command, flags, 42, offset, length));
            if (command == Nbd.CMD_WRITE) {
                wire.feed(new byte[(int) length]);
            }
            assertError(wire.answers(), structured, command == Nbd.CMD_READ, error);
            // The stream is in step, and nothing was kept.
            assertError(ask(wire, Nbd.CMD_FLUSH, 0, 0, 0), structured, false, 0);
            assertThat(wire.pool.lent()).isZero();
            assertThat(wire.isBroken()).isFalse();
        }
    }

    private static void assertError(
            ByteBuffer answer, boolean structured, boolean read, int error) {
        int magic = answer.getInt();
        if (structured && (read || error != 0)) {
            assertThat(magic).isEqualTo(Nbd.STRUCTURED_REPLY_MAGIC);
            assertThat(answer.getShort()).isEqualTo((short) Nbd.REPLY_FLAG_DONE);
            int type = answer.getShort() & 0xffff;
            assertThat(answer.getLong()).isEqualTo(42);
            assertThat(answer.getInt()).isEqualTo(answer.remaining());
            assertThat(type == Nbd.REPLY_ERROR ? answer.getInt() : 0).isEqualTo(error);
        } else {
            assertThat(magic).isEqualTo(Nbd.SIMPLE_REPLY_MAGIC);
            assertThat(answer.getInt()).isEqualTo(error);
            assertThat(answer.getLong()).isEqualTo(42);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Nbd.CMD_WRITE, Nbd.CMD_TRIM, Nbd.CMD_WRITE_ZEROES})
    void aReadOnlyExportIsNotChanged(int command) throws IOException {
        Wire wire = wire(true, true, 1);
        wire.feed(NbdClient.header(command, 0, 42, 0, 4096));
        if (command == Nbd.CMD_WRITE) {
            wire.feed(new byte[4096]);
        }
        assertError(wire.answers(), true, false, Nbd.EPERM);
    }

    @Test
    void whatIsNotARequestEndsTheConnection() throws IOException {
        assertThat(wire(true, false, 1).feed(new byte[28]).isBroken()).isTrue();
        assertThat(
                        wire(true, false, 1)
                                .feed(NbdClient.header(Nbd.CMD_WRITE, 0, 1, 0, (32 << 20) + 1))
                                .isBroken())
                .isTrue();
        Wire wire = wire(true, false, 1);
        wire.feed(NbdClient.header(Nbd.CMD_DISC, 0, 1, 0, 0));
        assertThat(wire.isEnded()).isTrue();
        assertThat(wire.answers().hasRemaining()).isFalse();
    }

    @Test
    void aHoleTravelsAsAHoleUnlessThatIsNotWanted() throws IOException {
        Wire wire = wire(true, false, 1);
        ByteBuffer hole = ask(wire, Nbd.CMD_READ, 0, 8192, 65_536);
        assertThat(hole.remaining()).isEqualTo(32);
        assertThat(hole.getShort(6)).isEqualTo((short) Nbd.REPLY_OFFSET_HOLE);
        assertThat(hole.getLong(20)).isEqualTo(8192);
        assertThat(hole.getInt(28)).isEqualTo(65_536);
        ByteBuffer whole = ask(wire, Nbd.CMD_READ, Nbd.CMD_FLAG_DF, 8192, 65_536);
        assertThat(whole.remaining()).isEqualTo(28 + 65_536);
        assertThat(whole.getShort(6)).isEqualTo((short) Nbd.REPLY_OFFSET_DATA);
        assertError(ask(wire, Nbd.CMD_READ, Nbd.CMD_FLAG_DF, 0, 2 << 20), true, true, 75);
        assertThat(ask(wire(false, false, 1), Nbd.CMD_READ, 0, 1, 1000).remaining())
                .isEqualTo(1016);
    }

    @Test
    void zerosAreNotWhatTheMemoryHeldBefore() throws IOException {
        var device = new MemoryBlockDevice(SIZE);
        Wire wire = wire(device, false, false, 1);
        byte[] secret = new byte[4096];
        java.util.Arrays.fill(secret, (byte) 's');
        wire.feed(NbdClient.header(Nbd.CMD_WRITE, 0, 1, 0, 4096)).feed(secret).answers();
        ByteBuffer zeros = ask(wire, Nbd.CMD_READ, 0, 1 << 20, 4096).position(16);
        assertThat(zeros).isEqualTo(ByteBuffer.allocate(4096));
    }

    @Test
    void blockStatus() throws IOException {
        Wire wire = wire(true, false, 1);
        wire.feed(NbdClient.header(Nbd.CMD_WRITE, 0, 1, 4096, 8192)).feed(new byte[8192]).answers();
        ByteBuffer status = ask(wire, Nbd.CMD_BLOCK_STATUS, 0, 0, SIZE);
        assertThat(status.getShort(6)).isEqualTo((short) Nbd.REPLY_BLOCK_STATUS);
        assertThat(status.getInt(16)).isEqualTo(4 + 3 * 8);
        int[] expected = {Nbd.ALLOCATION_ID, 4096, 3, 8192, 0, SIZE - 12_288, 3};
        status.position(20);
        for (int value : expected) {
            assertThat(status.getInt()).isEqualTo(value);
        }
        ByteBuffer one = ask(wire, Nbd.CMD_BLOCK_STATUS, Nbd.CMD_FLAG_REQ_ONE, 5000, 10_000);
        assertThat(one.getInt(16)).isEqualTo(12);
        assertThat(one.getInt(24)).isEqualTo(12_288 - 5000);
        assertThat(one.getInt(28)).isZero();
        assertError(ask(wire(false, false, 1), Nbd.CMD_BLOCK_STATUS, 0, 0, 4096), false, false, 22);
    }

    @Test
    void trimSparesWhatIsLessThanABlock() throws IOException {
        Wire wire = wire(true, false, 1);
        byte[] data = new byte[12_288];
        java.util.Arrays.fill(data, (byte) 7);
        wire.feed(NbdClient.header(Nbd.CMD_WRITE, 0, 1, 0, data.length)).feed(data).answers();
        ask(wire, Nbd.CMD_TRIM, 0, 100, 10_000);
        ByteBuffer after = ask(wire, Nbd.CMD_READ, Nbd.CMD_FLAG_DF, 0, 12_288).position(28);
        ByteBuffer expected = ByteBuffer.wrap(data);
        expected.put(4096, new byte[4096]);
        assertThat(after).isEqualTo(expected);
    }

    @Test
    void howTheBytesAreCutMakesNoDifference() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            boolean structured = seed % 2 == 0;
            byte[] stream = requests(new Random(seed));
            Wire once = wire(structured, false, seed * 2).feed(stream);
            Wire again = wire(structured, false, seed * 2 + 1).feed(stream);
            assertThat(again.answers().equals(once.answers())).as("seed " + seed).isTrue();
            assertThat(again.isEnded()).isTrue();
            assertThat(again.pool.lent()).isZero();
            assertThat(again.pool.lentSmall()).isZero();
        }
    }

    private static byte[] requests(Random choice) {
        var stream = new ByteArrayOutputStream();
        for (int i = choice.nextInt(30); i >= 0; i--) {
            int command = choice.nextInt(9);
            if (command == Nbd.CMD_DISC) {
                continue;
            }
            int length = choice.nextInt(choice.nextInt(8) == 0 ? 2 << 20 : 9000);
            long offset = choice.nextInt(SIZE);
            int flags = choice.nextInt(4) == 0 ? 1 << choice.nextInt(6) : 0;
            stream.writeBytes(NbdClient.header(command, flags, i, offset, length).array());
            if (command == Nbd.CMD_WRITE) {
                byte[] data = new byte[length];
                choice.nextBytes(data);
                stream.writeBytes(data);
            }
        }
        stream.writeBytes(NbdClient.header(Nbd.CMD_DISC, 0, 0, 0, 0).array());
        return stream.toByteArray();
    }
}
