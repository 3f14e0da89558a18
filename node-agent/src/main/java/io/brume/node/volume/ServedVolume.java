package io.brume.node.volume;

import io.brume.node.volume.BlockCopy.Outcome;
import io.brume.node.volume.ReplicaSlot.State;
import io.brume.node.volume.VolumeRequest.Kind;
import io.brume.node.volume.VolumeStatus.Phase;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume at one epoch: opens its replicas, makes them equal, and carries out requests of whole
 * blocks that were put into their order. Ends for good when a newer coordinator is met, or when the
 * last replica forgot what it had answered. On the loop.
 */
final class ServedVolume
        implements ReplicaSlot.Owner, ChangeStream.Owner, ReadStream.Owner, Rebuild.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ServedVolume.class);

    /**
     * How far a new coordinator's numbers are from those that it found: more than an older one can
     * have had under way.
     */
    private static final long GAP = 1 << 20;

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final long BUSY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_REPAIRS = 64;

    /** Who is told. */
    interface Owner {
        /** A request has come to its end; its buffers are free. */
        void ended(VolumeRequest request);

        /** The status may have changed. */
        void changed();

        void grown();
    }

    private final EventLoop loop;
    private final ReplicaLink.Dialer dialer;
    private final CoordinatorOptions options;
    private final Owner owner;
    private final BlockBuffers buffers;
    private final LinkRequests requests;
    private final ReplicaSet replicas = new ReplicaSet();
    private final ChangeStream changes;
    private final ReadStream reads;
    private final RangeOrder order = new RangeOrder(this::isReady);
    private final ArrayDeque<VolumeRequest> ready = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> finished = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> held = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> parked = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> bufferless = new ArrayDeque<>();
    private final CutList cuts;
    private final RateLimit rebuildLimit;
    private VolumeWant want;
    private Phase phase = Phase.OPENING;
    private String reason = "";
    private long sizeBytes;
    private long mostSeen;
    private long answersFrom = Long.MIN_VALUE;
    private long lastClientNanos = Long.MIN_VALUE;
    private boolean servedBefore;
    private boolean settling;
    private boolean closed;
    private int repairs;
    private @Nullable Opening opening;

    ServedVolume(
            EventLoop loop,
            ReplicaLink.Dialer dialer,
            CoordinatorOptions options,
            VolumeWant want,
            Owner owner) {
        this.loop = loop;
        this.dialer = dialer;
        this.options = options;
        this.want = want;
        this.owner = owner;
        this.sizeBytes = want.sizeBytes();
        this.buffers = new BlockBuffers(options.bufferBytes(), () -> loop.execute(this::buffered));
        this.requests = new LinkRequests(buffers);
        this.changes = new ChangeStream(replicas, buffers, this);
        this.reads = new ReadStream(replicas, loop, options.lease(), this);
        this.cuts = new CutList(this::cut);
        this.rebuildLimit = new RateLimit(options.rebuildBytesPerSecond(), loop.nanos());
    }

    void start() {
        for (ReplicaWant replica : want.replicas()) {
            addSlot(replica);
        }
        connectInSync();
    }

    Phase phase() {
        return phase;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    BlockBuffers buffers() {
        return buffers;
    }

    VolumeWant want() {
        return want;
    }

    VolumeStatus status() {
        var rebuilding = new ArrayList<VolumeStatus.Rebuilding>();
        String why = reason;
        for (ReplicaSlot slot : replicas.all()) {
            Rebuild rebuild = slot.rebuild;
            if (!slot.inSync) {
                rebuilding.add(
                        new VolumeStatus.Rebuilding(
                                slot.want.nodeId(),
                                rebuild == null ? 0 : rebuild.percent(),
                                rebuild != null && rebuild.isFinished()));
            } else if (why.isEmpty() && !slot.reason().isEmpty()) {
                why = slot.want.nodeId() + " " + slot.reason();
            }
        }
        return new VolumeStatus(
                want.volumeId(),
                want.generation(),
                want.epoch(),
                phase,
                why,
                phase == Phase.FAILED ? List.of() : replicas.failed(loop.nanos()),
                rebuilding,
                cuts.done(),
                sizeBytes);
    }

    // ---- requests ----

    /** Puts a request into the order, to be carried out. */
    void submit(VolumeRequest request) {
        lastClientNanos = loop.nanos();
        if (request.kind == Kind.FLUSH) {
            ready.add(request);
        } else {
            order.enter(request);
        }
        settle();
    }

    private void isReady(VolumeRequest request) {
        ready.add(request);
    }

    /** Ends what is finished and starts what is ready; never within itself. */
    private void settle() {
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
        switch (phase) {
            case FAILED -> complete(request, Errors.INPUT_OUTPUT);
            case OPENING -> held.add(request);
            case SERVING -> {
                if (request.client != null && request.data == null) {
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
        if (request.kind == Kind.WRITE) {
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
        if (phase != Phase.SERVING) {
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

    /** Any replica that can be read, for questions that need no order; none = try later. */
    @Nullable ReplicaSlot anyReader() {
        return phase == Phase.SERVING ? replicas.reader(0) : null;
    }

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
        switch (phase) {
            case SERVING -> reads.read(request);
            case OPENING -> held.add(request);
            case FAILED -> done(request, Errors.INPUT_OUTPUT);
        }
    }

    // ---- replicas ----

    private ReplicaSlot addSlot(ReplicaWant replica) {
        var slot =
                new ReplicaSlot(
                        replicas.freeIndex(), loop, options, want, replica, dialer, requests, this);
        replicas.add(slot);
        return slot;
    }

    private void connectInSync() {
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            if (slot.inSync) {
                slot.connect();
            }
        }
    }

    @Override
    public void opened(ReplicaSlot slot, ReplicaOpening how) {
        mostSeen = Math.max(mostSeen, how.lastSequence());
        if (slot.sizeBytes < want.sizeBytes()) {
            resize(slot);
        } else {
            use(slot, how);
        }
        settle();
    }

    private void resize(ReplicaSlot slot) {
        long size = want.sizeBytes();
        LinkRequest request = slot.request(Operation.RESIZE, size, 0);
        request.owner =
                new LinkRequest.Answered() {
                    @Override
                    public void answered(
                            ReplicaSlot from, LinkRequest part, BlockStatus status, int payload) {
                        if (status != BlockStatus.OK) {
                            slot.refused(status);
                            return;
                        }
                        slot.sizeBytes = Math.max(slot.sizeBytes, size);
                        if (slot.state() == State.OPENED) {
                            use(slot, slot.opening());
                        }
                        checkGrowth();
                    }

                    @Override
                    public void lost(ReplicaSlot from, LinkRequest part) {}
                };
        slot.send(request);
    }

    private void use(ReplicaSlot slot, ReplicaOpening how) {
        long last = how.lastSequence();
        if (!slot.inSync) {
            rebuild(slot, last);
        } else if (last < slot.answered) {
            forgot(slot, "it had answered change " + slot.answered + " and has " + last);
        } else if (phase == Phase.OPENING) {
            if (servedBefore && how.suspect()) {
                forgot(slot, "blocks are torn, and some may have been answered");
            } else {
                checkOpening();
            }
        } else if (phase == Phase.SERVING) {
            if (last >= changes.nextSequence()) {
                fail("somebody else changes the volume at this epoch");
            } else if (how.suspect() && slot.settled) {
                forgot(slot, "blocks that it had answered are torn");
            } else {
                slot.settled = false;
                changes.resume(slot, last, how.suspect());
                reads.retry();
                checkGrowth();
            }
        }
        owner.changed();
    }

    private void forgot(ReplicaSlot slot, String why) {
        slot.forgot(why);
        if (replicas.allInSync(State.STALE)) {
            fail("every replica forgot what it had answered; attach the volume anew");
        }
    }

    @Override
    public void down(ReplicaSlot slot) {
        stopRebuild(slot);
        owner.changed();
        settle();
    }

    @Override
    public void deposed(ReplicaSlot slot) {
        fail(slot.want.nodeId() + " knows a newer coordinator");
        settle();
    }

    @Override
    public void heard() {
        reads.heard();
        settle();
    }

    // ---- opening ----

    private void checkOpening() {
        if (phase == Phase.OPENING
                && opening == null
                && !closed
                && replicas.allInSync(State.OPENED)) {
            var members = new ArrayList<ReplicaSlot>();
            for (ReplicaSlot slot : replicas.all()) {
                if (slot.inSync) {
                    members.add(slot);
                }
            }
            if (members.isEmpty()) {
                return;
            }
            var next = new Opening(loop, buffers, members, sizeBytes(), options.rebuildChunks());
            opening = next;
            next.start(outcome -> opened(next, outcome));
        }
    }

    private void opened(Opening of, String problem) {
        if (!of.equals(opening)) {
            return;
        }
        opening = null;
        if (problem.isEmpty() && replicas.allInSync(State.OPENED)) {
            serve(of.members());
        } else {
            LOG.info("{}: opening: {}", want.volumeId(), problem);
            loop.after(AGAIN, this::checkOpening);
        }
        settle();
    }

    private void serve(List<ReplicaSlot> members) {
        phase = Phase.SERVING;
        reason = "";
        changes.numberFrom(Math.max(mostSeen, changes.nextSequence()) + GAP);
        if (!servedBefore && want.epoch() > 1) {
            answersFrom = loop.nanos() + options.grace().toNanos();
            loop.after(options.grace(), this::unpark);
        }
        servedBefore = true;
        for (ReplicaSlot slot : members) {
            slot.answered = Math.max(slot.answered, slot.opening().lastSequence());
            slot.live();
            slot.recovered();
        }
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            if (!slot.inSync) {
                slot.connect();
            }
        }
        ready.addAll(held);
        held.clear();
        cuts.opened(want.cuts(), members);
        owner.changed();
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

    /** Begins anew with all replicas; what is not answered is carried out again afterwards. */
    private void reopen(String why) {
        LOG.info("{}: opens its replicas again: {}", want.volumeId(), why);
        phase = Phase.OPENING;
        reason = why;
        stopOpening();
        takeBack(held);
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            stopRebuild(slot);
            if (slot.state() != State.STALE) {
                slot.disconnect();
            }
        }
        connectInSync();
        owner.changed();
    }

    private void takeBack(Collection<VolumeRequest> into) {
        var unfinished = new ArrayList<VolumeRequest>();
        changes.takeAll(unfinished);
        var reading = new ArrayList<VolumeRequest>();
        reads.takeAll(reading);
        into.addAll(unfinished);
        into.addAll(reading);
    }

    private void stopOpening() {
        Opening known = opening;
        opening = null;
        if (known != null) {
            known.stop();
        }
    }

    @Override
    public void noSpace(ReplicaSlot slot) {
        slot.full = true;
        boolean all = slot.inSync;
        for (ReplicaSlot other : replicas.all()) {
            all &= !other.inSync || other.full;
        }
        if (!all) {
            slot.fail("has no space");
            return;
        }
        var unfinished = new ArrayList<VolumeRequest>();
        changes.takeAll(unfinished);
        for (VolumeRequest request : unfinished) {
            if (request.kind == Kind.WRITE) {
                complete(request, Errors.NO_SPACE);
            } else {
                held.add(request);
            }
        }
        reopen("no replica has space");
    }

    /** The end: nothing is written any more. */
    private void fail(String why) {
        if (phase == Phase.FAILED) {
            return;
        }
        LOG.warn("{}: {}", want.volumeId(), why);
        phase = Phase.FAILED;
        reason = why;
        end();
    }

    /** Gives everything up. */
    void close(String why) {
        closed = true;
        phase = Phase.FAILED;
        reason = why;
        end();
        settle();
    }

    private void end() {
        stopOpening();
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            stopRebuild(slot);
            slot.close();
        }
        var left = new ArrayList<VolumeRequest>();
        takeBack(left);
        left.addAll(held);
        held.clear();
        left.addAll(parked);
        parked.clear();
        left.addAll(bufferless);
        bufferless.clear();
        for (VolumeRequest request : left) {
            request.needs = 0;
            complete(request, Errors.INPUT_OUTPUT);
        }
        owner.changed();
    }

    // ---- what the control plane wants ----

    /** Takes the newer word of the same epoch. */
    void apply(VolumeWant next) {
        want = next;
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            ReplicaWant wanted = find(next, slot.want.nodeId());
            if (wanted == null) {
                drop(slot);
            } else {
                role(slot, wanted);
            }
        }
        for (ReplicaWant replica : next.replicas()) {
            if (replicas.find(replica.nodeId()) == null) {
                newcomer(addSlot(replica));
            }
        }
        if (phase != Phase.FAILED) {
            for (ReplicaSlot slot : List.copyOf(replicas.all())) {
                if (slot.isConnected() && slot.sizeBytes < next.sizeBytes()) {
                    resize(slot);
                }
            }
            if (replicas.allInSync(State.STALE)) {
                fail("every replica forgot what it had answered; attach the volume anew");
            }
        }
        reads.retry();
        reads.heard();
        checkOpening();
        checkGrowth();
        if (phase == Phase.SERVING) {
            cuts.want(next.cuts());
        }
        owner.changed();
        settle();
    }

    private static @Nullable ReplicaWant find(VolumeWant in, String nodeId) {
        for (ReplicaWant replica : in.replicas()) {
            if (replica.nodeId().equals(nodeId)) {
                return replica;
            }
        }
        return null;
    }

    private void drop(ReplicaSlot slot) {
        stopRebuild(slot);
        slot.inSync = false;
        slot.inStep = false;
        slot.close();
        changes.forget(slot);
        replicas.remove(slot);
        replaceOpening();
    }

    private void role(ReplicaSlot slot, ReplicaWant wanted) {
        slot.want = wanted;
        if (slot.inSync && !wanted.inSync()) {
            drop(slot);
            newcomer(addSlot(wanted));
        } else if (!slot.inSync && wanted.inSync()) {
            Rebuild rebuild = slot.rebuild;
            boolean ready = rebuild != null && rebuild.isFinished() && slot.isLive();
            slot.rebuild = null;
            if (rebuild != null) {
                rebuild.stop();
            }
            slot.inSync = true;
            slot.inStep = false;
            if (phase == Phase.OPENING && !servedBefore) {
                newcomer(slot);
            } else if (!ready) {
                notInStep(slot);
            }
        }
    }

    private void newcomer(ReplicaSlot slot) {
        switch (phase) {
            case SERVING -> {
                if (slot.inSync) {
                    notInStep(slot);
                } else {
                    slot.connect();
                }
            }
            case OPENING -> {
                if (slot.inSync) {
                    replaceOpening();
                    slot.connect();
                }
            }
            case FAILED -> slot.close();
        }
    }

    /** It is in the set, and has not what the others have: the control plane has to take it out. */
    private void notInStep(ReplicaSlot slot) {
        slot.neverInStep = true;
        slot.forgot("is not in step");
    }

    /** The comparison is of another set than the one that is wanted now. */
    private void replaceOpening() {
        if (opening != null) {
            stopOpening();
            loop.execute(this::checkOpening);
        }
    }

    private void checkGrowth() {
        if (want.sizeBytes() <= sizeBytes || phase != Phase.SERVING) {
            return;
        }
        for (ReplicaSlot slot : replicas.all()) {
            if ((slot.inSync || slot.inStep) && slot.sizeBytes < want.sizeBytes()) {
                return;
            }
        }
        sizeBytes = want.sizeBytes();
        owner.grown();
        owner.changed();
    }

    private void cut(String snapshotId, Consumer<Boolean> done) {
        var request = new VolumeRequest();
        request.kind = Kind.CUT;
        request.offset = 0;
        // Nothing passes it: no replica has a later change while another has not made the cut.
        request.length = Long.MAX_VALUE / 2;
        request.snapshotId = snapshotId;
        request.done =
                error -> {
                    done.accept(error == 0);
                    owner.changed();
                };
        submit(request);
    }

    /** Looks after replicas and times; some times a second. */
    void tick() {
        if (phase == Phase.FAILED) {
            return;
        }
        long now = loop.nanos();
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            slot.tick(now);
        }
        owner.changed();
        settle();
    }

    // ---- repair ----

    private void rebuild(ReplicaSlot slot, long last) {
        if (phase != Phase.SERVING) {
            return;
        }
        if (last >= changes.nextSequence()) {
            reopen(slot.want.nodeId() + " has higher numbers");
            return;
        }
        slot.answered = last;
        slot.live();
        var rebuild = new Rebuild(slot, loop, buffers, options.rebuildChunks(), this);
        slot.rebuild = rebuild;
        rebuild.start();
    }

    private void stopRebuild(ReplicaSlot slot) {
        Rebuild rebuild = slot.rebuild;
        slot.rebuild = null;
        if (rebuild != null) {
            rebuild.stop();
        }
        if (slot.inStep) {
            slot.inStep = false;
            changes.forget(slot);
        }
    }

    @Override
    public VolumeRequest lock(long offset, long length, Runnable locked) {
        var lock = new VolumeRequest();
        lock.kind = Kind.COPY;
        lock.offset = offset;
        lock.length = length;
        lock.done = error -> locked.run();
        order.enter(lock);
        loop.execute(this::settle);
        return lock;
    }

    @Override
    public void unlock(VolumeRequest lock) {
        if (lock.ordered) {
            order.leave(lock);
            loop.execute(this::settle);
        }
    }

    @Override
    public long oldestChange() {
        return changes.oldest();
    }

    @Override
    public long nextSequence() {
        return changes.nextSequence();
    }

    @Override
    public @Nullable ReplicaSlot source() {
        return anyReader();
    }

    @Override
    public long pauseNanos(int bytes) {
        long now = loop.nanos();
        boolean busy = lastClientNanos != Long.MIN_VALUE && now - lastClientNanos < BUSY_NANOS;
        rebuildLimit.change(
                busy ? options.rebuildBytesPerSecondBusy() : options.rebuildBytesPerSecond());
        long pause = rebuildLimit.pauseNanos(now);
        if (pause == 0) {
            rebuildLimit.take(bytes);
        }
        return pause;
    }

    @Override
    public void changed() {
        owner.changed();
    }

    @Override
    public void damaged(int slots, long offset, long length) {
        if (repairs >= MOST_REPAIRS) {
            return;
        }
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            if ((slot.bit & slots) != 0) {
                repairs++;
                LOG.warn("{}: writes damaged blocks at {} anew", slot, offset);
                repair(slot, offset, (int) length);
            }
        }
    }

    private void repair(ReplicaSlot slot, long offset, int length) {
        var lock = new VolumeRequest[1];
        lock[0] =
                lock(
                        offset,
                        length,
                        () -> {
                            ReplicaSlot source = replicas.reader(slot.bit);
                            if (source == null || phase != Phase.SERVING) {
                                repaired(lock[0], Outcome.FAILED);
                                return;
                            }
                            new BlockCopy(
                                            buffers,
                                            List.of(slot),
                                            offset,
                                            length,
                                            true,
                                            () -> phase != Phase.SERVING,
                                            outcome -> repaired(lock[0], outcome))
                                    .start(source);
                        });
    }

    private void repaired(VolumeRequest lock, Outcome outcome) {
        repairs--;
        if (outcome != Outcome.COPIED) {
            LOG.warn("{}: damaged blocks are left for the next reader: {}", want, outcome);
        }
        unlock(lock);
    }
}
