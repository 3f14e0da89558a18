package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A storage node with one replica, as the design page says it behaves: a journal whose unflushed
 * tail a power cut drops, large writes that it tears by sectors of 512 bytes, epochs, fenced
 * connections. The bytes of a block never change: a write puts others in their place.
 */
final class SimulatedReplica {
    static final int SECTORS = 8;
    static final int SECTOR = Blocks.BLOCK / SECTORS;

    private static final byte[] ZEROS = new byte[Blocks.BLOCK];

    /** What a large write is, here. */
    private static final int LARGE = 3;

    /** One change in the journal that is not durable yet. */
    record Entry(
            long sequence,
            int block,
            byte[][] data,
            long[] sums,
            boolean large,
            @Nullable String cut,
            long epoch) {}

    /** The state of all blocks at some moment. */
    static final class State {
        byte[][] data;
        long[] sums;
        BitSet suspect = new BitSet();
        long last;
        int blocks;
        Map<String, byte[][]> cuts = new LinkedHashMap<>();

        State(int blocks) {
            this.blocks = blocks;
            data = zeros(blocks);
            sums = new long[blocks];
        }

        void grow(int wanted) {
            byte[][] more = zeros(wanted);
            System.arraycopy(data, 0, more, 0, blocks);
            data = more;
            blocks = wanted;
            sums = Arrays.copyOf(sums, wanted);
        }

        private void apply(Entry entry) {
            if (entry.cut != null) {
                cuts.putIfAbsent(entry.cut, data.clone());
            }
            for (int i = 0; i < entry.sums.length; i++) {
                int block = entry.block + i;
                data[block] = entry.data[i];
                sums[block] = entry.sums[i];
                suspect.clear(block);
            }
            last = Math.max(last, entry.sequence);
        }
    }

    private static byte[][] zeros(int blocks) {
        var data = new byte[blocks][];
        Arrays.fill(data, ZEROS);
        return data;
    }

    final String nodeId;
    private final Random random;
    private final SimulatedLoop loop;
    private State visible;
    private State durable;
    private final List<Entry> unflushed = new ArrayList<>();
    private long appended;
    final BitSet corrupt = new BitSet();
    long epoch;
    private @Nullable String writer;
    boolean up = true;
    boolean full;
    long slowUntil;
    @Nullable SimulatedLink current;
    long incarnation;
    int powerCuts;
    int staleRefusals;
    int directReads;

    SimulatedReplica(String nodeId, int blocks, Random random, SimulatedLoop loop) {
        this.nodeId = nodeId;
        this.random = random;
        this.loop = loop;
        visible = new State(blocks);
        durable = new State(blocks);
    }

    State state() {
        return visible;
    }

    /** The control plane tells who may write. */
    void told(long newEpoch, String newWriter) {
        if (newEpoch >= epoch) {
            epoch = newEpoch;
            writer = newWriter;
        }
    }

    // ---- faults ----

    /** The program dies; what it wrote is with the kernel. A large write may be half done. */
    void kill() {
        up = false;
        incarnation++;
        SimulatedLink known = current;
        current = null;
        if (known != null) {
            LinkCopy next = known.nextWrite();
            if (next != null
                    && next.operation == Operation.WRITE
                    && next.length >= LARGE * Blocks.BLOCK
                    && known.epoch == epoch
                    && next.sequence > visible.last
                    && random.nextBoolean()) {
                tear(visible, entry(next));
            }
            known.peerGone();
        }
    }

    void restart() {
        up = true;
        incarnation++;
        // Recovery syncs what it has read: nothing that was read again can be lost any more.
        flushNow();
    }

    /**
     * Power goes: a tail of what was not flushed is lost, and large writes in the rest are torn.
     */
    void powerCut() {
        up = false;
        incarnation++;
        powerCuts++;
        SimulatedLink known = current;
        current = null;
        if (known != null) {
            known.peerGone();
        }
        int kept = random.nextInt(unflushed.size() + 1);
        State next = copy(durable);
        for (Entry entry : unflushed.subList(0, kept)) {
            if (entry.large && random.nextBoolean()) {
                tear(next, entry);
            } else {
                next.apply(entry);
            }
        }
        unflushed.clear();
        durable = copy(next);
        visible = next;
    }

    /** Each sector is the old or the new one; nobody knows which. */
    private void tear(State of, Entry entry) {
        for (int i = 0; i < entry.sums.length; i++) {
            int block = entry.block + i;
            byte[] torn = of.data[block].clone();
            for (int s = 0; s < SECTORS; s++) {
                if (random.nextBoolean()) {
                    System.arraycopy(entry.data[i], s * SECTOR, torn, s * SECTOR, SECTOR);
                }
            }
            of.data[block] = torn;
            of.sums[block] = entry.sums[i];
            of.suspect.set(block);
        }
        of.last = Math.max(of.last, entry.sequence);
        if (of == visible) {
            durable = copy(visible);
            unflushed.clear();
        }
    }

    private static State copy(State of) {
        var copy = new State(of.blocks);
        copy.data = of.data.clone();
        copy.sums = of.sums.clone();
        copy.suspect = (BitSet) of.suspect.clone();
        copy.last = of.last;
        copy.cuts = new LinkedHashMap<>(of.cuts);
        return copy;
    }

    private void flushNow() {
        flush(appended);
    }

    private void flush(long until) {
        int some = (int) Math.max(0, until - (appended - unflushed.size()));
        for (Entry entry : unflushed.subList(0, some)) {
            durable.apply(entry);
        }
        unflushed.subList(0, some).clear();
    }

    // ---- the block protocol ----

    /** What an answer is: a status, and what it carries. */
    record Answer(BlockStatus status, @Nullable ByteBuffer sums, @Nullable ByteBuffer data) {
        static Answer of(BlockStatus status) {
            return new Answer(status, null, null);
        }
    }

    @Nullable ReplicaOpening open(SimulatedLink link, BlockStatus[] refusal) {
        if (link.epoch > epoch || writer == null) {
            refusal[0] = BlockStatus.NOT_HERE;
            return null;
        }
        if (link.epoch < epoch || !link.coordinator.equals(writer)) {
            refusal[0] = BlockStatus.STALE_EPOCH;
            return null;
        }
        SimulatedLink before = current;
        current = link;
        if (before != null) {
            before.fenced();
        }
        return new ReplicaOpening(
                (long) visible.blocks * Blocks.BLOCK,
                visible.last,
                !visible.suspect.isEmpty(),
                List.copyOf(visible.cuts.keySet()),
                true);
    }

    private Entry entry(LinkCopy request) {
        int blocks = request.length / Blocks.BLOCK;
        int block = (int) (request.offset / Blocks.BLOCK);
        byte[][] data = zeros(blocks);
        var sums = new long[blocks];
        if (request.operation == Operation.WRITE) {
            for (int i = 0; i < blocks; i++) {
                sums[i] = request.sums[i];
                data[i] = new byte[Blocks.BLOCK];
                request.data.get(i * Blocks.BLOCK, data[i]);
            }
        }
        return new Entry(request.sequence, block, data, sums, blocks >= LARGE, null, epoch);
    }

    /** Carries a request out. Durable requests become so before their answer: see the link. */
    Answer carryOut(SimulatedLink link, LinkCopy request) {
        if (link.epoch != epoch) {
            staleRefusals++;
            return Answer.of(BlockStatus.STALE_EPOCH);
        }
        Answer answer = act(link, request);
        // A flush covers what was there when it began, not what comes until it ends.
        request.journalEnd = appended;
        return answer;
    }

    /** Blocks that a reader would find damaged. */
    List<Integer> damaged() {
        return corrupt.stream()
                .filter(block -> block < visible.blocks && visible.sums[block] != 0)
                .boxed()
                .toList();
    }

    private Answer act(SimulatedLink link, LinkCopy request) {
        return switch (request.operation) {
            case WRITE, ZERO, CUT -> change(link, request);
            case READ -> read(request);
            case FLUSH -> Answer.of(BlockStatus.OK);
            case DIGESTS -> digests(request);
            case SUMS -> sums(request);
            case EXTENTS -> {
                var data = ByteBuffer.allocate(8);
                data.putInt(0, request.length);
                yield new Answer(BlockStatus.OK, null, data);
            }
            case DAMAGED -> {
                List<Integer> damaged = damaged();
                var data = ByteBuffer.allocate(damaged.size() * Long.BYTES);
                damaged.forEach(block -> data.putLong((long) block * Blocks.BLOCK));
                yield damaged.isEmpty()
                        ? Answer.of(BlockStatus.OK)
                        : new Answer(BlockStatus.OK, null, data.flip());
            }
            case RESIZE -> {
                int blocks = (int) (request.offset / Blocks.BLOCK);
                if (blocks > visible.blocks) {
                    visible.grow(blocks);
                    durable.grow(blocks);
                }
                yield Answer.of(BlockStatus.OK);
            }
            case ADOPT -> {
                int block = (int) (request.offset / Blocks.BLOCK);
                for (int i = 0; i < request.length / Blocks.BLOCK; i++) {
                    if (visible.suspect.get(block + i)) {
                        adopt(visible, block + i);
                        adopt(durable, block + i);
                    }
                }
                yield Answer.of(BlockStatus.OK);
            }
            case OPEN -> throw new IllegalStateException("a second opening");
        };
    }

    private void adopt(State of, int block) {
        of.data[block] = visible.data[block];
        of.sums[block] = Blocks.sum(ByteBuffer.wrap(visible.data[block]));
        of.suspect.clear(block);
    }

    private Answer change(SimulatedLink link, LinkCopy request) {
        if (link != current) {
            return Answer.of(BlockStatus.STALE_EPOCH);
        }
        if (request.sequence != 0 && link.refusedOne) {
            return Answer.of(BlockStatus.SHORT_OF_SEQUENCE);
        }
        if (request.sequence != 0 && request.sequence <= visible.last) {
            return Answer.of(BlockStatus.OK);
        }
        if (request.operation == Operation.WRITE) {
            for (int i = 0; i < request.sums.length; i++) {
                if (Blocks.sum(request.data.position(i * Blocks.BLOCK)) != request.sums[i]) {
                    link.refusedOne = true;
                    return Answer.of(BlockStatus.BAD_SUM);
                }
            }
            if (full) {
                link.refusedOne |= request.sequence != 0;
                return Answer.of(BlockStatus.NO_SPACE);
            }
        }
        Entry entry =
                request.operation == Operation.CUT
                        ? new Entry(
                                request.sequence,
                                0,
                                new byte[0][],
                                new long[0],
                                false,
                                StandardCharsets.UTF_8.decode(request.data).toString(),
                                epoch)
                        : entry(request);
        visible.apply(entry);
        unflushed.add(entry);
        appended++;
        corrupt.clear(entry.block, entry.block + entry.sums.length);
        return Answer.of(BlockStatus.OK);
    }

    void makeDurable(LinkCopy request) {
        if (request.operation == Operation.FLUSH
                || request.operation == Operation.CUT
                || (request.flags & RequestHeader.FUA) != 0) {
            flush(request.journalEnd);
        }
    }

    private Answer read(LinkCopy request) {
        int block = (int) (request.offset / Blocks.BLOCK);
        int blocks = request.length / Blocks.BLOCK;
        var sums = ByteBuffer.allocate(blocks * Long.BYTES);
        var data = ByteBuffer.allocate(request.length);
        boolean any = false;
        for (int i = 0; i < blocks; i++) {
            if (corrupt.get(block + i) && visible.sums[block + i] != 0) {
                return Answer.of(BlockStatus.CORRUPT);
            }
            if (visible.suspect.get(block + i)) {
                return Answer.of(BlockStatus.CORRUPT);
            }
            long sum = visible.sums[block + i];
            any |= sum != 0;
            sums.putLong(i * Long.BYTES, sum);
            data.put(i * Blocks.BLOCK, visible.data[block + i]);
        }
        return any ? new Answer(BlockStatus.OK, sums, data) : Answer.of(BlockStatus.OK);
    }

    /** What anybody finds who looks at the files. */
    boolean readAtOnce(int block, int length, ByteBuffer into, int start, ByteBuffer sums) {
        for (int i = 0; i < length / Blocks.BLOCK; i++) {
            boolean suspect = visible.suspect.get(block + i);
            sums.putLong(i * Long.BYTES, suspect ? Blocks.SUSPECT : visible.sums[block + i]);
            into.put(start + i * Blocks.BLOCK, visible.data[block + i]);
            if (corrupt.get(block + i)) {
                int at = start + i * Blocks.BLOCK + random.nextInt(Blocks.BLOCK);
                into.put(at, (byte) (into.get(at) + 1));
            }
        }
        directReads++;
        return true;
    }

    private Answer digests(LinkCopy request) {
        int per = Blocks.CHUNK / Blocks.BLOCK;
        int first = (int) (request.offset / Blocks.BLOCK);
        int end = first + request.length / Blocks.BLOCK;
        var data = ByteBuffer.allocate((end - first + per - 1) / per * Long.BYTES);
        for (int at = first, i = 0; at < end; at += per, i++) {
            long digest = 0;
            boolean suspect = false;
            for (int block = at; block < Math.min(end, at + per); block++) {
                digest = digest * 1_000_003 + visible.sums[block];
                suspect |= visible.suspect.get(block);
            }
            data.putLong(i * Long.BYTES, suspect ? random.nextLong() : digest);
        }
        return new Answer(BlockStatus.OK, null, data);
    }

    private Answer sums(LinkCopy request) {
        int first = (int) (request.offset / Blocks.BLOCK);
        int blocks = request.length / Blocks.BLOCK;
        var data = ByteBuffer.allocate(blocks * Long.BYTES);
        for (int i = 0; i < blocks; i++) {
            data.putLong(
                    i * Long.BYTES,
                    visible.suspect.get(first + i) ? Blocks.SUSPECT : visible.sums[first + i]);
        }
        return new Answer(BlockStatus.OK, null, data);
    }

    SimulatedLoop loop() {
        return loop;
    }
}
