package io.brume.node.volume.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final NbdExport EXPORT = new NbdExport("vol-1", "root of i-1", false);
    private static final int FLAGS_SIMPLE = 0b1101_0110_1101;

    private final Wire wire = new Wire(new MemoryBlockDevice(1 << 30), EXPORT, new Random(1));

    private record Answer(int option, int kind, byte[] data) {
        String text() {
            return new String(data, UTF_8);
        }

        ByteBuffer bytes() {
            return ByteBuffer.wrap(data);
        }
    }

    private static byte[] flags(int flags) {
        return ByteBuffer.allocate(4).putInt(flags).array();
    }

    private static byte[] option(int option, byte[] data) {
        return ByteBuffer.allocate(16 + data.length)
                .putLong(Nbd.OPTION_MAGIC)
                .putInt(option)
                .putInt(data.length)
                .put(data)
                .array();
    }

    private Wire greeted() throws IOException {
        ByteBuffer greeting = wire.feed(flags(3)).answers();
        assertThat(greeting.getLong()).isEqualTo(Nbd.MAGIC);
        assertThat(greeting.getLong()).isEqualTo(Nbd.OPTION_MAGIC);
        assertThat(greeting.getShort()).isEqualTo((short) 3);
        return wire;
    }

    private List<Answer> answers(int option, byte[] data) throws IOException {
        return parse(wire.feed(option(option, data)).answers());
    }

    private static List<Answer> parse(ByteBuffer bytes) {
        List<Answer> answers = new ArrayList<>();
        while (bytes.hasRemaining()) {
            assertThat(bytes.getLong()).isEqualTo(Nbd.OPTION_REPLY_MAGIC);
            int option = bytes.getInt();
            int kind = bytes.getInt();
            byte[] data = new byte[bytes.getInt()];
            bytes.get(data);
            answers.add(new Answer(option, kind, data));
        }
        return answers;
    }

    private int onlyKind(int option, byte[] data) throws IOException {
        List<Answer> answers = answers(option, data);
        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().option()).isEqualTo(option);
        return answers.getFirst().kind();
    }

    @Test
    void listsItsOneExport() throws IOException {
        greeted();
        List<Answer> answers = answers(Nbd.OPT_LIST, new byte[0]);
        assertThat(answers).extracting(Answer::kind).containsExactly(Nbd.REP_SERVER, Nbd.REP_ACK);
        ByteBuffer server = answers.getFirst().bytes();
        assertThat(server.getInt()).isEqualTo(5);
        assertThat(answers.getFirst().text()).endsWith("vol-1root of i-1");
        assertThat(onlyKind(Nbd.OPT_LIST, new byte[1])).isEqualTo(Nbd.REP_ERR_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vol-1"})
    void tellsAllThatIsAsked(String name) throws IOException {
        greeted();
        List<Answer> answers =
                answers(
                        Nbd.OPT_INFO,
                        NbdClient.goData(name, Nbd.INFO_NAME, Nbd.INFO_DESCRIPTION, 77));
        assertThat(answers).hasSize(5);
        assertThat(answers.getLast().kind()).isEqualTo(Nbd.REP_ACK);
        ByteBuffer export = answers.getFirst().bytes();
        assertThat(export.getShort()).isEqualTo((short) Nbd.INFO_EXPORT);
        assertThat(export.getLong()).isEqualTo(1 << 30);
        assertThat(export.getShort()).isEqualTo((short) FLAGS_SIMPLE);
        ByteBuffer blocks = answers.get(1).bytes();
        assertThat(blocks.getShort()).isEqualTo((short) Nbd.INFO_BLOCK_SIZE);
        assertThat(blocks.getInt()).isEqualTo(1);
        assertThat(blocks.getInt()).isEqualTo(4096);
        assertThat(blocks.getInt()).isEqualTo(32 << 20);
        assertThat(answers.get(2).text()).endsWith("vol-1");
        assertThat(answers.get(3).text()).endsWith("root of i-1");
        assertThat(wire.isTransmitting()).isFalse();
    }

    @Test
    void goesOnlyToWhatIsThere() throws IOException {
        greeted();
        assertThat(onlyKind(Nbd.OPT_GO, NbdClient.goData("vol-2"))).isEqualTo(Nbd.REP_ERR_UNKNOWN);
        assertThat(onlyKind(Nbd.OPT_GO, new byte[5])).isEqualTo(Nbd.REP_ERR_INVALID);
        byte[] tooMany = NbdClient.goData("", 1, 2);
        tooMany[5] = 3;
        assertThat(onlyKind(Nbd.OPT_GO, tooMany)).isEqualTo(Nbd.REP_ERR_INVALID);
        assertThat(answers(Nbd.OPT_GO, NbdClient.goData(""))).hasSize(3);
        assertThat(wire.isTransmitting()).isTrue();
    }

    @Test
    void refusesWhatItDoesNotOffer() throws IOException {
        greeted();
        assertThat(onlyKind(Nbd.OPT_STARTTLS, new byte[0])).isEqualTo(Nbd.REP_ERR_POLICY);
        assertThat(onlyKind(Nbd.OPT_STARTTLS, new byte[2])).isEqualTo(Nbd.REP_ERR_INVALID);
        assertThat(onlyKind(11, new byte[0])).isEqualTo(Nbd.REP_ERR_UNSUP);
        assertThat(onlyKind(4711, new byte[100])).isEqualTo(Nbd.REP_ERR_UNSUP);
        assertThat(onlyKind(Nbd.OPT_INFO, new byte[20_000])).isEqualTo(Nbd.REP_ERR_TOO_BIG);
        // And is in step afterwards.
        assertThat(answers(Nbd.OPT_LIST, new byte[0])).hasSize(2);
    }

    @Test
    void contextsNeedStructuredReplies() throws IOException {
        greeted();
        byte[] wanted = NbdClient.contexts("vol-1", "qemu:dirty", "base:allocation", "base:x");
        assertThat(onlyKind(Nbd.OPT_SET_META_CONTEXT, wanted)).isEqualTo(Nbd.REP_ERR_INVALID);
        assertThat(onlyKind(Nbd.OPT_STRUCTURED_REPLY, new byte[0])).isEqualTo(Nbd.REP_ACK);
        List<Answer> answers = answers(Nbd.OPT_SET_META_CONTEXT, wanted);
        assertThat(answers)
                .extracting(Answer::kind)
                .containsExactly(Nbd.REP_META_CONTEXT, Nbd.REP_ACK);
        assertThat(answers.getFirst().bytes().getInt()).isEqualTo(Nbd.ALLOCATION_ID);
        assertThat(answers.getFirst().text()).endsWith("base:allocation");
    }

    @Test
    void aWildcardListsButDoesNotSelect() throws IOException {
        greeted();
        answers(Nbd.OPT_STRUCTURED_REPLY, new byte[0]);
        byte[] wildcard = NbdClient.contexts("", "base:");
        assertThat(answers(Nbd.OPT_LIST_META_CONTEXT, wildcard)).hasSize(2);
        assertThat(answers(Nbd.OPT_LIST_META_CONTEXT, NbdClient.contexts(""))).hasSize(2);
        assertThat(answers(Nbd.OPT_SET_META_CONTEXT, wildcard)).hasSize(1);
        assertThat(answers(Nbd.OPT_SET_META_CONTEXT, NbdClient.contexts(""))).hasSize(1);
        assertThat(onlyKind(Nbd.OPT_SET_META_CONTEXT, NbdClient.contexts("x", "base:allocation")))
                .isEqualTo(Nbd.REP_ERR_UNKNOWN);
        byte[] cut = NbdClient.contexts("", "base:allocation");
        cut[11] = 60;
        assertThat(onlyKind(Nbd.OPT_SET_META_CONTEXT, cut)).isEqualTo(Nbd.REP_ERR_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void theOldWayIn(int flags) throws IOException {
        wire.feed(flags(flags)).answers();
        ByteBuffer answer = wire.feed(option(Nbd.OPT_EXPORT_NAME, new byte[0])).answers();
        assertThat(answer.remaining()).isEqualTo(10 + ((flags & 2) == 0 ? 124 : 0));
        assertThat(answer.getLong()).isEqualTo(1 << 30);
        assertThat(answer.getShort()).isEqualTo((short) FLAGS_SIMPLE);
        assertThat(wire.isTransmitting()).isTrue();
    }

    @Test
    void endsWhatCannotBeAnswered() throws IOException {
        assertThat(wire.feed(flags(4)).isBroken()).isTrue();
        for (byte[] bad :
                List.of(
                        option(Nbd.OPT_EXPORT_NAME, "vol-2".getBytes(UTF_8)),
                        option(Nbd.OPT_EXPORT_NAME, new byte[20_000]),
                        new byte[16],
                        ByteBuffer.allocate(16)
                                .putLong(Nbd.OPTION_MAGIC)
                                .putInt(3)
                                .putInt(-1)
                                .array())) {
            var other = new Wire(new MemoryBlockDevice(4096), EXPORT, new Random(1));
            assertThat(other.feed(flags(3)).feed(bad).isBroken()).isTrue();
        }
    }

    @Test
    void saysGoodbye() throws IOException {
        greeted();
        assertThat(onlyKind(Nbd.OPT_ABORT, new byte[3])).isEqualTo(Nbd.REP_ACK);
        assertThat(wire.isEnded()).isTrue();
    }

    @Test
    void readOnlyIsTold() throws IOException {
        var export = new NbdExport("vol-1", "", true);
        var other = new Wire(new MemoryBlockDevice(4096), export, new Random(1));
        other.feed(flags(3)).answers();
        ByteBuffer answer = other.feed(option(Nbd.OPT_EXPORT_NAME, new byte[0])).answers();
        assertThat(answer.getShort(8) & Nbd.SEND_READ_ONLY).isNotZero();
    }

    @Test
    void howTheBytesAreCutMakesNoDifference() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            var choice = new Random(seed);
            byte[] stream = options(choice);
            ByteBuffer once = run(stream, seed * 2);
            ByteBuffer again = run(stream, seed * 2 + 1);
            assertThat(again).as("seed " + seed).isEqualTo(once);
        }
    }

    private static ByteBuffer run(byte[] stream, long seed) throws IOException {
        var wire = new Wire(new MemoryBlockDevice(1 << 20), EXPORT, new Random(seed));
        return wire.feed(stream).answers();
    }

    private static byte[] options(Random choice) {
        ByteBuffer stream = ByteBuffer.allocate(400_000).putInt(3);
        for (int i = choice.nextInt(12); i >= 0; i--) {
            int option = choice.nextInt(12);
            byte[] data =
                    switch (choice.nextInt(5)) {
                        case 0 -> new byte[0];
                        case 1 -> NbdClient.goData("", choice.nextInt(5));
                        case 2 -> NbdClient.contexts("", "base:allocation", "base:");
                        case 3 -> NbdClient.goData("vol-1");
                        default -> {
                            byte[] noise = new byte[choice.nextInt(20_000)];
                            choice.nextBytes(noise);
                            yield noise;
                        }
                    };
            stream.put(option(option, data));
        }
        byte[] bytes = new byte[stream.position()];
        stream.get(0, bytes);
        return bytes;
    }
}
