package io.brume.node.volume;

import io.brume.node.volume.VolumeRequest.Kind;
import io.brume.node.volume.VolumeStatus.Phase;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The way of a request through a volume: into the order, held while the replicas are opened, lent a
 * buffer when it is of less than whole blocks or to be encrypted, carried out by the changes or the
 * reads, and kept back when its answer would come too early. On the loop.
 *
 * <p>A request that is finished while another one begins is ended before the next begins, and never
 * within another one's call.
 */
final class RequestFlow implements ChangeStream.Owner, ReadStream.Owner {
    /** The volume that the requests are for. */
    interface Owner {
        Phase phase();

        /** A request has come to its end; its buffers are free. */
        void ended(VolumeRequest request);

        /** A replica has no room for a write. */
        void noSpace(ReplicaSlot slot);

        /** A replica's bytes are damaged there; another one has good ones. */
        void damaged(int slots, long offset, long length);
    }

    private final EventLoop loop;
    private final Owner owner;
    private final BlockBuffers buffers;
    private final ChangeStream changes;
    private final ReadStream reads;
    private final RangeOrder order = new RangeOrder(this::isReady);
    private final ArrayDeque<VolumeRequest> ready = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> finished = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> held = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> parked = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> bufferless = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> atGate = new ArrayDeque<>();
    private long answersFrom = Long.MIN_VALUE;
    private boolean settling;

    RequestFlow(
            EventLoop loop,
            ReplicaSet replicas,
            CoordinatorOptions options,
            BlockEncryption encryption,
            Owner owner) {
        this.loop = loop;
        this.owner = owner;
        this.buffers = new BlockBuffers(options.bufferBytes(), () -> loop.execute(this::buffered));
        this.changes = new ChangeStream(replicas, buffers, encryption, this);
        this.reads = new ReadStream(replicas, loop, options.lease(), encryption, this);
    }

    BlockBuffers buffers() {
        return buffers;
    }

    ChangeStream changes() {
        return changes;
    }

    ReadStream reads() {
        return reads;
    }

    /** Puts a request into the order, to be carried out. */
    void submit(VolumeRequest request) {
        if (request.kind == Kind.FLUSH) {
            ready.add(request);
        } else {
            order.enter(request);
        }
        settle();
    }

    /** Keeps writes away from a range until {@link #unlock}. */
    VolumeRequest lock(long offset, long length, Runnable locked) {
        var lock = new VolumeRequest();
        lock.kind = Kind.COPY;
        lock.offset = offset;
        lock.length = length;
        lock.done = error -> locked.run();
        order.enter(lock);
        loop.execute(this::settle);
        return lock;
    }

    void unlock(VolumeRequest lock) {
        if (lock.ordered) {
            order.leave(lock);
            loop.execute(this::settle);
        }
    }

    /** Carries out what has only had its place in the order. */
    void pass(VolumeRequest request) {
        request.gated = false;
        if (atGate.remove(request)) {
            ready.add(request);
        }
        loop.execute(this::settle);
    }

    /** Ends what has only had its place in the order; nobody waits for it any more. */
    void withdraw(VolumeRequest request, int error) {
        if (finished.contains(request)) {
            return;
        }
        if (request.ordered) {
            order.leave(request);
        }
        for (ArrayDeque<VolumeRequest> waiting : List.of(atGate, held, parked, ready)) {
            waiting.remove(request);
        }
        complete(request, error);
        loop.execute(this::settle);
    }

    private void isReady(VolumeRequest request) {
        ready.add(request);
    }

    /** Ends what is finished and starts what is ready; never within itself. */
    void settle() {
        if (settling) {
            return;
        }
        settling = true;
        try {
            while (true) {
                VolumeRequest request = finished.poll();
                if (request != null) {
                    end(request);
                    continue;
                }
                request = ready.poll();
                if (request == null) {
                    return;
                }
                begin(request);
            }
        } finally {
            settling = false;
        }
    }

    private void end(VolumeRequest request) {
        if (request.ordered) {
            order.leave(request);
        }
        if (request.client != null && request.data != null) {
            ByteBuffer lent = request.data;
            if (request.kind == Kind.READ && request.error == 0) {
                request.client.put(
                        request.clientStart,
                        lent,
                        request.start + request.skip,
                        request.clientLength);
            }
            request.data = null;
            buffers.giveBack(lent);
        }
        owner.ended(request);
    }

    private void complete(VolumeRequest request, int error) {
        request.error = error;
        finished.add(request);
    }

    private void begin(VolumeRequest request) {
        if (request.kind == Kind.COPY) {
            if (request.ordered) {
                request.done.done(0);
            }
            return;
        }
        switch (owner.phase()) {
            case FAILED -> complete(request, Errors.INPUT_OUTPUT);
            case OPENING -> held.add(request);
            case SERVING -> {
                if (request.gated) {
                    atGate.add(request);
                } else if (request.client != null && request.data == null) {
                    borrow(request);
                } else {
                    carryOut(request);
                }
            }
        }
    }

    private void borrow(VolumeRequest request) {
        ByteBuffer room = buffers.take((int) request.length);
        if (room == null) {
            bufferless.add(request);
            return;
        }
        request.data = room;
        request.start = 0;
        if (request.kind == Kind.WRITE && !request.isWhole()) {
            new PartialWrite(request, reads::read, this::carryOut, this::complete).begin();
        } else {
            carryOut(request);
        }
    }

    private void buffered() {
        for (int left = bufferless.size(); left > 0; left--) {
            ready.add(bufferless.remove());
        }
        settle();
    }

    private void carryOut(VolumeRequest request) {
        if (owner.phase() != Phase.SERVING) {
            // A part of it was read while the replicas went.
            begin(request);
            return;
        }
        switch (request.kind) {
            case READ -> reads.read(request);
            case WRITE, ZERO, CUT -> changes.change(request);
            case FLUSH -> changes.flush(request);
            case COPY -> throw new IllegalStateException("a lock is not carried out");
        }
    }

    // ---- how it went ----

    @Override
    public void done(VolumeRequest request) {
        if (loop.nanos() < answersFrom) {
            parked.add(request);
        } else {
            complete(request, 0);
        }
    }

    @Override
    public void done(VolumeRequest request, int error) {
        complete(request, error);
    }

    @Override
    public void again(VolumeRequest request) {
        switch (owner.phase()) {
            case SERVING -> reads.read(request);
            case OPENING -> held.add(request);
            case FAILED -> done(request, Errors.INPUT_OUTPUT);
        }
    }

    @Override
    public void noSpace(ReplicaSlot slot) {
        owner.noSpace(slot);
    }

    @Override
    public void damaged(int slots, long offset, long length) {
        owner.damaged(slots, offset, length);
    }

    // ---- with the volume's phases ----

    /** Answers no change before so much time has gone by. */
    void keepAnswersFor(Duration grace) {
        answersFrom = loop.nanos() + grace.toNanos();
        loop.after(grace, this::unpark);
    }

    private void unpark() {
        if (loop.nanos() < answersFrom) {
            loop.after(Duration.ofNanos(answersFrom - loop.nanos()), this::unpark);
            return;
        }
        for (VolumeRequest request = parked.poll(); request != null; request = parked.poll()) {
            complete(request, 0);
        }
        settle();
    }

    /** The volume serves: what was held goes on. */
    void goOn() {
        ready.addAll(held);
        held.clear();
    }

    /** The volume is opened anew: what is with replicas is held, and carried out again then. */
    void hold() {
        takeBack(held::add);
    }

    /** As {@link #hold}, but the writes that are under way fail. */
    void holdButWrites(int error) {
        var unfinished = new ArrayList<VolumeRequest>();
        changes.takeAll(unfinished);
        for (VolumeRequest request : unfinished) {
            if (request.kind == Kind.WRITE) {
                complete(request, error);
            } else {
                held.add(request);
            }
        }
    }

    /** The volume ends: everything fails. */
    void failAll() {
        var left = new ArrayList<VolumeRequest>();
        takeBack(left::add);
        for (ArrayDeque<VolumeRequest> waiting : List.of(held, parked, bufferless, atGate)) {
            left.addAll(waiting);
            waiting.clear();
        }
        for (VolumeRequest request : left) {
            request.needs = 0;
            complete(request, Errors.INPUT_OUTPUT);
        }
    }

    private void takeBack(Consumer<VolumeRequest> into) {
        var unfinished = new ArrayList<VolumeRequest>();
        changes.takeAll(unfinished);
        var reading = new ArrayList<VolumeRequest>();
        reads.takeAll(reading);
        unfinished.forEach(into);
        reading.forEach(into);
    }
}
