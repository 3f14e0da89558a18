package io.brume.node.volume;

import io.brume.node.volume.ReplicaSlot.State;
import io.brume.node.volume.VolumeStatus.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume at one epoch: opens its replicas, makes them equal, and serves. Ends for good when a
 * newer coordinator is met, or when the last replica forgot what it had answered. On the loop.
 *
 * <pre>
 *   OPENING ── every in-sync replica is open, and all are equal ──▶ SERVING
 *      ▲                                                              │
 *      └───────── no replica has space, or numbers do not fit ────────┘
 *   any ── a newer coordinator, or nothing that is left to serve ──▶ FAILED
 * </pre>
 */
final class ServedVolume
        implements ReplicaSlot.Owner, RequestFlow.Owner, Repairs.Owner, Membership.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ServedVolume.class);

    /**
     * How far a new coordinator's numbers are from those that it found: more than an older one can
     * have had under way.
     */
    private static final long GAP = 1 << 20;

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final String FORGOTTEN =
            "every replica forgot what it had answered; attach the volume anew";

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
    private final BlockEncryption encryption;
    private final Owner owner;
    private final LinkRequests requests;
    private final ReplicaSet replicas = new ReplicaSet();
    private final RequestFlow flow;
    private final ChangeStream changes;
    private final ReadStream reads;
    private final Repairs repairs;
    private final DamageInquiry damage;
    private final Membership membership;
    private final Growth growth;
    private final CutList cuts;
    private VolumeWant want;
    private Phase phase = Phase.OPENING;
    private String reason = "";
    private long mostSeen;
    private boolean servedBefore;
    private boolean closed;
    private @Nullable Opening opening;

    ServedVolume(
            EventLoop loop,
            ReplicaLink.Dialer dialer,
            CoordinatorOptions options,
            CutGroups groups,
            VolumeWant want,
            BlockEncryption encryption,
            Owner owner) {
        this.loop = loop;
        this.dialer = dialer;
        this.options = options;
        this.want = want;
        this.encryption = encryption;
        this.owner = owner;
        this.flow = new RequestFlow(loop, replicas, options, encryption, this);
        this.requests = new LinkRequests(flow.buffers());
        this.changes = flow.changes();
        this.reads = flow.reads();
        this.repairs = new Repairs(loop, options, replicas, flow, this);
        this.damage = new DamageInquiry(replicas, flow.buffers(), repairs, loop.nanos());
        this.membership = new Membership(replicas, changes, repairs, this);
        this.growth = new Growth(replicas, want.sizeBytes(), this::use, this::checkGrowth);
        this.cuts = new CutList(loop, flow, groups, want.volumeId(), owner::changed);
    }

    void start() {
        cuts.start(want);
        for (ReplicaWant replica : want.replicas()) {
            slotFor(replica);
        }
        connectInSync();
    }

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public boolean hasServed() {
        return servedBefore;
    }

    @Override
    public long sizeBytes() {
        return growth.sizeBytes();
    }

    @Override
    public void changed() {
        owner.changed();
    }

    BlockBuffers buffers() {
        return flow.buffers();
    }

    VolumeWant want() {
        return want;
    }

    VolumeStatus status() {
        var rebuilding = new ArrayList<VolumeStatus.Rebuilding>();
        String why = encryption.isAwaitingKey() ? "waits for its data key" : reason;
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
                sizeBytes(),
                cuts.failed());
    }

    // ---- requests ----

    /** Puts a client's request into the order, to be carried out. */
    void submit(VolumeRequest request) {
        repairs.clientCame();
        flow.submit(request);
    }

    @Override
    public void ended(VolumeRequest request) {
        owner.ended(request);
    }

    /** Any replica that can be read, for questions that need no order; none = try later. */
    @Nullable ReplicaSlot anyReader() {
        return repairs.source();
    }

    @Override
    public void damaged(int slots, long offset, long length) {
        repairs.damaged(slots, offset, length);
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
        flow.holdButWrites(Errors.NO_SPACE);
        reopen("no replica has space");
    }

    // ---- replicas ----

    @Override
    public ReplicaSlot slotFor(ReplicaWant replica) {
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
        if (growth.isToGrow(slot)) {
            growth.grow(slot);
        } else {
            use(slot, how);
        }
        flow.settle();
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

    private void rebuild(ReplicaSlot slot, long last) {
        if (phase != Phase.SERVING) {
            return;
        }
        if (last >= changes.nextSequence()) {
            reopen(slot.want.nodeId() + " has higher numbers");
            return;
        }
        slot.answered = last;
        repairs.begin(slot);
    }

    private void forgot(ReplicaSlot slot, String why) {
        slot.forgot(why);
        if (replicas.allInSync(State.STALE)) {
            fail(FORGOTTEN);
        }
    }

    @Override
    public void down(ReplicaSlot slot) {
        repairs.stop(slot);
        owner.changed();
        flow.settle();
    }

    @Override
    public void deposed(ReplicaSlot slot) {
        fail(slot.want.nodeId() + " knows a newer coordinator");
        flow.settle();
    }

    @Override
    public void heard() {
        reads.heard();
        flow.settle();
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
        if (phase == Phase.SERVING) {
            damage.tick(now);
        }
        owner.changed();
        flow.settle();
    }

    // ---- from phase to phase ----

    private void checkOpening() {
        if (phase == Phase.OPENING
                && opening == null
                && !closed
                && !encryption.isAwaitingKey()
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
            var next =
                    new Opening(
                            loop, flow.buffers(), members, sizeBytes(), options.rebuildChunks());
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
        flow.settle();
    }

    private void serve(List<ReplicaSlot> members) {
        phase = Phase.SERVING;
        reason = "";
        changes.numberFrom(Math.max(mostSeen, changes.nextSequence()) + GAP);
        if (!servedBefore && want.epoch() > 1) {
            flow.keepAnswersFor(options.grace());
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
        flow.goOn();
        cuts.opened(want, members);
        owner.changed();
    }

    /** Begins anew with all replicas; what is not answered is carried out again afterwards. */
    private void reopen(String why) {
        LOG.info("{}: opens its replicas again: {}", want.volumeId(), why);
        phase = Phase.OPENING;
        reason = why;
        stopOpening();
        flow.hold();
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            repairs.stop(slot);
            if (slot.state() != State.STALE) {
                slot.disconnect();
            }
        }
        connectInSync();
        owner.changed();
    }

    private void stopOpening() {
        Opening known = opening;
        opening = null;
        if (known != null) {
            known.stop();
        }
    }

    @Override
    public void setChanged() {
        if (opening != null) {
            stopOpening();
            loop.execute(this::checkOpening);
        }
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
        cuts.close();
        phase = Phase.FAILED;
        reason = why;
        end();
        flow.settle();
    }

    private void end() {
        stopOpening();
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            repairs.stop(slot);
            slot.close();
        }
        flow.failAll();
        owner.changed();
    }

    // ---- what the control plane wants ----

    /** Takes the newer word of the same epoch. */
    void apply(VolumeWant next) {
        want = next;
        growth.want(next.sizeBytes());
        membership.apply(next.replicas());
        if (phase != Phase.FAILED) {
            for (ReplicaSlot slot : List.copyOf(replicas.all())) {
                if (slot.isConnected() && growth.isToGrow(slot)) {
                    growth.grow(slot);
                }
            }
            if (replicas.allInSync(State.STALE)) {
                fail(FORGOTTEN);
            }
        }
        reads.retry();
        reads.heard();
        checkOpening();
        checkGrowth();
        cuts.want(next, phase == Phase.SERVING);
        owner.changed();
        flow.settle();
    }

    private void checkGrowth() {
        if (phase == Phase.SERVING && growth.settle()) {
            owner.grown();
            owner.changed();
        }
    }
}
