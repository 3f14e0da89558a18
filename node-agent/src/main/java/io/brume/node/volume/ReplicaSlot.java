package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica as its coordinator sees it: the connection, what is under way on it, and how far the
 * replica has come. Connects again and again by itself.
 *
 * <pre>
 *   DOWN ── connect ──▶ CONNECTING ── opened ──▶ OPENED ── {@link #live} ──▶ LIVE
 *     ▲                     │                      │                      │
 *     └──────── fails ──────┴──────────────────────┴──────────────────────┘
 *   any ── {@link #forgot} ──▶ STALE (for ever)      any ── {@link #close} ──▶ CLOSED
 * </pre>
 */
final class ReplicaSlot {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaSlot.class);
    private static final long NEVER = Long.MIN_VALUE;

    enum State {
        DOWN,
        CONNECTING,
        OPENED,
        LIVE,
        /** It has less than it had answered: not to be used until it was made equal. */
        STALE,
        CLOSED
    }

    /** Who the slot belongs to. */
    interface Owner {
        void opened(ReplicaSlot slot, ReplicaOpening opening);

        /** The connection ended; all requests were told. */
        void down(ReplicaSlot slot);

        /** The replica knows of a newer coordinator. */
        void deposed(ReplicaSlot slot);

        /** Called after each answer was dealt with. */
        void heard();
    }

    final int bit;
    final EventLoop loop;
    final CoordinatorOptions options;
    final String volumeId;
    final long epoch;
    private final ReplicaLink.Dialer dialer;
    private final LinkRequests requests;
    private final Owner owner;
    private final ByteBuffer heartbeatRoom = ByteBuffer.allocateDirect(Blocks.BLOCK);

    ReplicaWant want;
    boolean inSync;

    /** Of a replica that is rebuilt: every change waits for it, as long as it does not fail. */
    boolean inStep;

    /** The highest change that it has answered, or had when it was opened. */
    long answered;

    long sizeBytes;
    boolean full;
    @Nullable Rebuild rebuild;

    /** Changes that a replica not in step was sent, and has not answered. */
    int lagging;

    /** Changes below this number are sent again since the connection broke. */
    long resumedUntil = NEVER;

    /** It never had what the others have: to be taken out whatever the others are like. */
    boolean neverInStep;

    /** Torn blocks are written again; asked once more whether all is well when that is done. */
    boolean settling;

    /** They were written, and it is asked now. */
    boolean settled;

    private State state = State.DOWN;
    private @Nullable Connection connection;
    private final RequestsUnderWay underWay = new RequestsUnderWay();
    private final Failure failure;
    private boolean heartbeating;
    private long confirmed = NEVER;
    private long attempt;
    private @Nullable ReplicaOpening opening;

    ReplicaSlot(
            int index,
            EventLoop loop,
            CoordinatorOptions options,
            VolumeWant volume,
            ReplicaWant want,
            ReplicaLink.Dialer dialer,
            LinkRequests requests,
            Owner owner) {
        this.bit = 1 << index;
        this.loop = requireNonNull(loop);
        this.options = requireNonNull(options);
        this.volumeId = volume.volumeId();
        this.epoch = volume.epoch();
        this.want = requireNonNull(want);
        this.inSync = want.inSync();
        this.dialer = requireNonNull(dialer);
        this.requests = requireNonNull(requests);
        this.owner = requireNonNull(owner);
        this.failure = new Failure(options);
    }

    State state() {
        return state;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isConnected() {
        return state == State.LIVE || state == State.OPENED;
    }

    boolean isLocal() {
        Connection now = connection;
        return now != null && now.link != null && now.link.isLocal();
    }

    int underWay() {
        return underWay.size();
    }

    String reason() {
        return failure.reason();
    }

    ReplicaOpening opening() {
        return requireNonNull(opening);
    }

    /** It answered a request that was sent then; nanoseconds. */
    long confirmedNanos() {
        return confirmed;
    }

    /** Whether it is to be given up. */
    boolean hasFailed(long nowNanos) {
        return failure.isFinal(state, nowNanos);
    }

    /** Whether the volume could go on with it alone. */
    boolean isWell() {
        return state == State.OPENED || (state == State.LIVE && failure.isOver() && !settling);
    }

    void connect() {
        if (state != State.DOWN) {
            return;
        }
        state = State.CONNECTING;
        var next = new Connection(loop.nanos());
        connection = next;
        next.link = dialer.dial(want, volumeId, epoch, next);
    }

    void live() {
        state = State.LIVE;
    }

    /** What had been sent before it broke is there again. */
    void recovered() {
        failure.over();
        resumedUntil = NEVER;
    }

    LinkRequest request(Operation operation, long offset, int length) {
        LinkRequest request = requests.take();
        request.set(operation, offset, length);
        return request;
    }

    /** Sends one of {@link #request}. Only when connected. */
    void send(LinkRequest request) {
        Connection now = connection;
        if (now == null || now.link == null || !isConnected()) {
            throw new IllegalStateException("not connected: " + this);
        }
        request.sentNanos = loop.nanos();
        underWay.add(request);
        now.link.send(request);
    }

    /** See {@link ReplicaLink#readAtOnce}. */
    boolean readAtOnce(VolumeRequest request) {
        Connection now = connection;
        return isLive()
                && now != null
                && now.link != null
                && now.link.readAtOnce(
                        request.offset,
                        (int) request.length,
                        request.data(),
                        request.start,
                        request.sums());
    }

    /** Ends the connection, and tries again. */
    void fail(String why) {
        if (state == State.CLOSED || state == State.STALE) {
            return;
        }
        LOG.info("{}: {}", this, why);
        Duration pause = failure.again(why, loop.nanos());
        end(State.DOWN);
        attempt++;
        long mine = attempt;
        loop.after(pause, () -> retry(mine));
        owner.down(this);
    }

    private void retry(long of) {
        if (of == attempt) {
            connect();
        }
    }

    /** Ends the connection to ask anew how the replica is; not a failure. */
    void reconnect() {
        end(State.DOWN);
        owner.down(this);
        if (state == State.DOWN) {
            connect();
        }
    }

    /** Ends the connection; {@link #connect} begins anew. */
    void disconnect() {
        attempt++;
        end(State.DOWN);
        failure.forgive();
        resumedUntil = NEVER;
        settling = false;
        settled = false;
        full = false;
    }

    void forgot(String why) {
        LOG.warn("{}: {}", this, why);
        end(State.STALE);
        failure.because(why);
    }

    void close() {
        end(State.CLOSED);
    }

    private void end(State next) {
        Connection old = connection;
        connection = null;
        state = next;
        if (old != null && old.link != null) {
            old.link.close();
        }
        heartbeating = false;
        lagging = 0;
        LinkRequest lost = underWay.takeAll();
        while (lost != null) {
            LinkRequest after = lost.later();
            lost.owner.lost(this, lost);
            requests.giveBack(lost);
            lost = after;
        }
    }

    /** Looks whether it still answers; some times a second. */
    void tick(long now) {
        Connection current = connection;
        if (current == null) {
            return;
        }
        if (state == State.CONNECTING) {
            if (now - current.dialedNanos > options.answerTimeout().toNanos()) {
                fail("does not open");
            }
            return;
        }
        LinkRequest overdue = underWay.overdue(now, options);
        if (overdue != null) {
            fail("does not answer " + overdue.operation);
            return;
        }
        if (now - confirmed > options.heartbeat().toNanos()) {
            heartbeat();
        }
    }

    /** Asks for a word, unless one is on its way. */
    void heartbeat() {
        if (heartbeating || !isConnected()) {
            return;
        }
        heartbeating = true;
        LinkRequest request = request(Operation.EXTENTS, 0, Blocks.BLOCK);
        request.data = heartbeatRoom;
        request.size = heartbeatRoom.capacity();
        request.owner = beat;
        send(request);
    }

    private final LinkRequest.Answered beat =
            new LinkRequest.Answered() {
                @Override
                public void answered(
                        ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
                    heartbeating = false;
                    if (status != BlockStatus.OK) {
                        slot.refused(status);
                    }
                }

                @Override
                public void lost(ReplicaSlot slot, LinkRequest request) {
                    heartbeating = false;
                }
            };

    /** Deals with a status for which the replica, and not the request, is to blame. */
    void refused(BlockStatus status) {
        if (status == BlockStatus.STALE_EPOCH) {
            owner.deposed(this);
        } else {
            fail("answers " + status);
        }
    }

    @Override
    public String toString() {
        return volumeId + " on " + want.nodeId() + " (" + state + ")";
    }

    /** One connection; what it tells after its end is ignored. */
    private final class Connection implements ReplicaLink.Listener {
        private final long dialedNanos;
        private @Nullable ReplicaLink link;

        Connection(long dialedNanos) {
            this.dialedNanos = dialedNanos;
        }

        private boolean isOver() {
            return !equals(connection);
        }

        @Override
        public void opened(ReplicaOpening how) {
            if (isOver()) {
                return;
            }
            state = State.OPENED;
            failure.notHere(false);
            confirmed = Math.max(confirmed, dialedNanos);
            opening = how;
            sizeBytes = how.sizeBytes();
            owner.opened(ReplicaSlot.this, how);
        }

        @Override
        public void answered(LinkRequest request, BlockStatus status, int payload) {
            if (isOver()) {
                return;
            }
            underWay.remove(request);
            if (status != BlockStatus.STALE_EPOCH && status != BlockStatus.IO_ERROR) {
                confirmed = Math.max(confirmed, request.sentNanos);
            }
            request.owner.answered(ReplicaSlot.this, request, status, payload);
            requests.giveBack(request);
            owner.heard();
        }

        @Override
        public void refused(BlockStatus status) {
            if (isOver()) {
                return;
            }
            failure.notHere(status == BlockStatus.NOT_HERE && opening == null);
            ReplicaSlot.this.refused(status);
        }

        @Override
        public void broken(String why) {
            if (!isOver()) {
                fail(why);
            }
        }
    }
}
