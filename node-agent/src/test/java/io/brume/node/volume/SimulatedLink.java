package io.brume.node.volume;

import io.brume.node.volume.SimulatedReplica.Answer;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A connection with delays. Requests arrive in their order, answers in any. Ending it at one end
 * does not take back what is on its way; while the ends are cut off from each other nothing
 * arrives, and neither learns that the other is gone.
 */
final class SimulatedLink implements ReplicaLink {
    final String coordinator;
    final long epoch;
    private final SimulatedReplica replica;
    private final SimulatedNetwork network;
    private final SimulatedLoop loop;
    private final Random random;
    private final Listener listener;
    private final ArrayDeque<Runnable> arriving = new ArrayDeque<>();
    private final ArrayDeque<LinkCopy> inbox = new ArrayDeque<>();
    private final ArrayDeque<LinkCopy> arrived = new ArrayDeque<>();
    private final Map<Long, LinkRequest> unanswered = new HashMap<>();
    private long tags;
    private long lastArrival;
    private boolean coordinatorGone;
    private boolean replicaGone;
    private boolean open;
    private long incarnation;
    boolean refusedOne;

    SimulatedLink(
            String coordinator,
            long epoch,
            SimulatedReplica replica,
            SimulatedNetwork network,
            Random random,
            Listener listener) {
        this.coordinator = coordinator;
        this.epoch = epoch;
        this.replica = replica;
        this.network = network;
        this.loop = replica.loop();
        this.random = random;
        this.listener = listener;
        towards(this::open);
    }

    private void open() {
        if (!replica.up) {
            back(() -> listener.broken("refuses connections"));
            return;
        }
        incarnation = replica.incarnation;
        var refusal = new BlockStatus[1];
        ReplicaOpening opening = replica.open(this, refusal);
        if (opening == null) {
            back(() -> listener.refused(refusal[0]));
            return;
        }
        open = true;
        back(() -> listener.opened(opening));
    }

    /** In order, as on a stream. */
    private void towards(Runnable event) {
        lastArrival = Math.max(lastArrival, loop.nanos() / 1000 + delay());
        arriving.add(event);
        loop.afterMicros(lastArrival - loop.nanos() / 1000, this::arrive);
    }

    private void arrive() {
        if (network.isCut(coordinator, replica.nodeId)) {
            network.whenHealed(coordinator, replica.nodeId, this::arrive);
            return;
        }
        Runnable event = arriving.poll();
        if (event != null) {
            event.run();
        }
    }

    private long delay() {
        return random.nextInt(8) == 0 ? random.nextInt(5_000) : 20 + random.nextInt(300);
    }

    private void back(Runnable event) {
        loop.afterMicros(delay(), () -> backArrived(event));
    }

    private void backArrived(Runnable event) {
        if (network.isCut(coordinator, replica.nodeId)) {
            network.whenHealed(coordinator, replica.nodeId, () -> backArrived(event));
        } else if (!coordinatorGone) {
            event.run();
        }
    }

    @Override
    public void send(LinkRequest request) {
        request.tag = ++tags;
        unanswered.put(request.tag, request);
        var copy = new LinkCopy(request);
        inbox.add(copy);
        towards(() -> came(copy));
    }

    private void came(LinkCopy copy) {
        arrived.add(copy);
        work();
    }

    /** One after the other; all of them wait while the replica is slow. */
    private void work() {
        while (!arrived.isEmpty()) {
            long wait = replica.slowUntil - loop.nanos();
            if (wait > 0) {
                loop.afterMicros(wait / 1000 + 1, this::work);
                return;
            }
            work(arrived.remove());
        }
    }

    private void work(LinkCopy copy) {
        inbox.remove(copy);
        if (replicaGone || !open || incarnation != replica.incarnation) {
            return;
        }
        Answer answer = replica.carryOut(this, copy);
        long disk =
                copy.operation == Operation.FLUSH || copy.flags != 0
                        ? 100 + random.nextInt(3_000)
                        : 0;
        loop.afterMicros(disk, () -> answer(copy, answer));
    }

    private void answer(LinkCopy copy, Answer answer) {
        if (replicaGone || incarnation != replica.incarnation) {
            return;
        }
        if (answer.status() == BlockStatus.OK) {
            replica.makeDurable(copy);
        }
        back(() -> deliver(copy, answer));
    }

    private void deliver(LinkCopy copy, Answer answer) {
        LinkRequest request = unanswered.remove(copy.tag);
        if (request == null) {
            throw new IllegalStateException("two answers to " + copy.operation);
        }
        int payload = 0;
        ByteBuffer sums = answer.sums();
        ByteBuffer data = answer.data();
        if (sums != null && request.sums != null) {
            request.sums.put(request.sumsStart, sums, 0, sums.capacity());
            payload += sums.capacity();
        }
        if (data != null && request.data != null) {
            if (copy.operation == Operation.READ && network.damages()) {
                data.put(random.nextInt(Blocks.BLOCK), (byte) random.nextInt());
            }
            request.data.put(request.start, data, 0, data.capacity());
            payload += data.capacity();
        }
        listener.answered(request, answer.status(), payload);
    }

    /** The next write that would have been carried out. */
    @Nullable LinkCopy nextWrite() {
        return inbox.peek();
    }

    /** The replica's program ended: the system tells the other end. */
    void peerGone() {
        replicaGone = true;
        back(() -> listener.broken("reset"));
    }

    /** Another connection has opened the replica: this one's requests come too late. */
    void fenced() {}

    /** Something on the way ends it at both ends; a part of what is on its way still arrives. */
    void reset() {
        if (random.nextBoolean()) {
            replicaGone = true;
        }
        back(() -> listener.broken("reset on the way"));
    }

    /** Also when the two are cut off from each other: memory and files are there all the same. */
    @Override
    public boolean readAtOnce(
            long offset, int length, ByteBuffer into, int start, ByteBuffer sums) {
        boolean mayRead =
                open
                        && replica.up
                        && replica.incarnation == incarnation
                        && replica.epoch == epoch
                        && equals(replica.current);
        return mayRead
                && random.nextInt(4) != 0
                && replica.readAtOnce((int) (offset / Blocks.BLOCK), length, into, start, sums);
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    @Override
    public void close() {
        coordinatorGone = true;
        unanswered.clear();
    }
}
