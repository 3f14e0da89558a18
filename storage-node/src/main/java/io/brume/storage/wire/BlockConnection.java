package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.brume.common.time.Time;
import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.proto.block.v1.OpenReplica;
import io.brume.proto.block.v1.ReplicaOpened;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import io.brume.storage.wire.BegunWrites.BegunWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a coordinator. A thread reads requests, does them at once, and answers; answers
 * wait for each other while more requests are buffered. Whoever reads a FLUSH, or a large write,
 * leaves the reading to another thread and finishes that one itself, together with those that come
 * meanwhile: requests behind it go on, and one that is alone costs no hop. The threads take turns
 * for the life of the connection.
 *
 * <p>What is unanswered is bounded by the buffers: requests are read when there is room to answer
 * them, so a peer that does not read its answers stops being read from.
 */
final class BlockConnection {
    /** What a connection has of its own for each direction; bytes. */
    static final int BUFFER = 64 << 10;

    /** Room for any frame of either direction. */
    static final int LARGEST_FRAME = RequestHeader.SIZE + Blocks.MOST_PAYLOAD;

    private static final Logger LOG = LoggerFactory.getLogger(BlockConnection.class);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);

    /** What the thread that has read a request has to do before it reads again. */
    private enum Duty {
        /** Nothing: it goes on reading. */
        READ,
        /** Flush, and answer all who wait for that. */
        FLUSH,
        /** Finish the writes that have begun, and answer them. */
        FINISH
    }

    /** What connections share. */
    record Shared(Grants grants, LargeBuffers large, BlockCounters counters, Time time) {}

    private final Transport transport;
    private final Shared shared;
    private final Consumer<BlockConnection> ended;
    private final long began;
    private final Semaphore turn = new Semaphore(1);
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicReference<@Nullable String> end = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);

    // Only the thread whose turn it is touches these.
    private final RequestStream requests;
    private final AnswerStream answers;
    private final RequestFrame frame;
    private final ReplicaWork work;
    private Optional<String> peer = Optional.empty();
    private final Set<Duty> spares = EnumSet.noneOf(Duty.class);

    /**
     * A numbered change was refused: those behind it on this connection are, too, for the last
     * number of a replica vouches for all before it.
     */
    private boolean refusedOne;

    // Only the thread that flushes touches these.
    private final Flushes flushes = new Flushes();
    private final long[] flushed = new long[Blocks.MOST_REQUESTS];
    private final ByteBuffer flushAnswers =
            ByteBuffer.allocateDirect(Blocks.MOST_REQUESTS * AnswerHeader.SIZE);

    // Only the thread that finishes writes touches the second of these.
    private final BegunWrites begunWrites = new BegunWrites();
    private final ByteBuffer finishAnswers =
            ByteBuffer.allocateDirect(BegunWrites.MOST * AnswerHeader.SIZE);

    private volatile @Nullable Grant grant;
    private volatile long epoch;

    /**
     * Serves nobody before {@link #start}.
     *
     * @param ended called once, when nothing of the connection is left
     */
    BlockConnection(Transport transport, Shared shared, Consumer<BlockConnection> ended) {
        this.transport = requireNonNull(transport);
        this.shared = requireNonNull(shared);
        this.ended = requireNonNull(ended);
        this.began = shared.time().nanos();
        this.requests = new RequestStream(transport, shared.large(), shared.time(), BUFFER);
        this.answers = new AnswerStream(transport, shared.counters(), shared.time(), BUFFER);
        this.frame = requests.frame();
        this.work = new ReplicaWork(frame, shared.counters());
    }

    void start() {
        threads.incrementAndGet();
        startThread(this::begin);
    }

    private void startThread(Runnable task) {
        Thread.ofPlatform()
                .daemon()
                .name("block-connection")
                .start(() -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("The connection of {} failed", transport, e);
                        end("it failed: " + e);
                        throw e;
                    } finally {
                        if (threads.decrementAndGet() == 0) {
                            leave();
                        }
                    }
                });
    }

    private void leave() {
        end("it has ended");
        Grant opened = grant;
        if (opened != null) {
            opened.left(this);
        }
        ended.accept(this);
        over.countDown();
    }

    private void begin() {
        try {
            peer = transport.handshake();
        } catch (IOException e) {
            end("it could not prove itself: " + e.getMessage());
            return;
        }
        takeTurns();
    }

    private void takeTurns() {
        try {
            while (end.get() == null) {
                turn.acquire();
                Duty duty;
                try {
                    duty = end.get() == null ? readRequests() : Duty.READ;
                    if (duty != Duty.READ && spares.add(duty)) {
                        threads.incrementAndGet();
                        startThread(this::takeTurns);
                    }
                } finally {
                    turn.release();
                }
                switch (duty) {
                    case READ -> {}
                    case FLUSH -> flushAll();
                    case FINISH -> finishAll();
                }
            }
        } catch (MalformedFrameException e) {
            shared.counters().malformed();
            end("it sent what is no request: " + e.getMessage());
        } catch (IOException e) {
            end("it broke: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end("it was interrupted");
        }
    }

    /**
     * Deals with requests.
     *
     * @return what the caller has to do; to read = the connection has ended
     */
    private Duty readRequests() throws IOException, InterruptedException {
        while (true) {
            while (requests.poll()) {
                Duty duty;
                try {
                    duty = dealWith(requests.payload(), requests.payloadAt());
                } finally {
                    requests.release();
                }
                if (duty != Duty.READ) {
                    answers.send();
                    return duty;
                }
            }
            answers.send();
            if (!requests.fill()) {
                end("the other end closed it");
                return Duty.READ;
            }
        }
    }

    private Duty dealWith(ByteBuffer payload, int at) throws IOException, InterruptedException {
        Operation operation = frame.operation();
        shared.counters().request(operation);
        if (operation == Operation.OPEN) {
            open(payload.duplicate().limit(at + frame.payload()).position(at));
            return Duty.READ;
        }
        Grant opened = grant;
        if (opened == null) {
            throw new MalformedFrameException(operation + " before OPEN");
        }
        BlockStatus standing = opened.standing(epoch);
        if (standing != BlockStatus.OK) {
            answer(standing);
            return Duty.READ;
        }
        return switch (operation) {
            case OPEN -> throw new MalformedFrameException("a second OPEN");
            case READ, DIGESTS, SUMS, EXTENTS, DAMAGED -> {
                tell(opened);
                yield Duty.READ;
            }
            case WRITE, ZERO, CUT, RESIZE, ADOPT -> change(opened, payload, at);
            case FLUSH -> flush();
        };
    }

    private Duty flush() throws InterruptedException {
        return flushes.add(frame.tag()) ? Duty.FLUSH : Duty.READ;
    }

    private void open(ByteBuffer payload) throws IOException {
        if (grant != null) {
            throw new MalformedFrameException("a second OPEN");
        }
        OpenReplica wish;
        try {
            wish = OpenReplica.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedFrameException("OPEN of nothing: " + e.getMessage());
        }
        Grant found = shared.grants().find(wish.getVolumeId()).orElse(null);
        if (found == null) {
            answer(BlockStatus.NOT_HERE);
            return;
        }
        try {
            Grant.Opening opening = found.open(this, peer, wish.getEpoch());
            epoch = wish.getEpoch();
            grant = found;
            LOG.info("{} is opened by {} with epoch {}", wish.getVolumeId(), who(), epoch);
            answers.add(frame.tag(), message(opening).toByteArray());
        } catch (ReplicaException e) {
            LOG.info(
                    "{} with epoch {} is refused to {}: {}",
                    wish.getVolumeId(),
                    wish.getEpoch(),
                    who(),
                    e.getMessage());
            answer(e.status());
        }
    }

    private static ReplicaOpened message(Grant.Opening opening) {
        ReplicaOpened.Builder message =
                ReplicaOpened.newBuilder()
                        .setSizeBytes(opening.sizeBytes())
                        .setLastSequence(opening.lastSequence())
                        .setSuspect(opening.suspect())
                        .setTellsDamage(true)
                        .addAllCuts(opening.cuts());
        opening.direct()
                .ifPresent(access ->
                        message.getDirectBuilder()
                                .setFolder(access.folder())
                                .setSegmentBytes(access.segmentBytes())
                                .setMarks(access.marks())
                                .setNonce(access.nonce())
                                .setProcess((int) ProcessHandle.current().pid()));
        return message.build();
    }

    private String who() {
        return peer.map(node -> node + " at " + transport).orElseGet(transport::toString);
    }

    private Duty change(Grant opened, ByteBuffer payload, int at)
            throws IOException, InterruptedException {
        BlockStatus status;
        Optional<Replica.Begun> begun = Optional.empty();
        opened.lock();
        try {
            status = opened.standing(this, epoch);
            if (status == BlockStatus.OK && frame.sequence() > 0 && refusedOne) {
                status = BlockStatus.SHORT_OF_SEQUENCE;
            }
            if (status == BlockStatus.OK) {
                status = work.change(opened.replica(), payload, at, requests.isLarge());
                refusedOne |= status != BlockStatus.OK && frame.sequence() > 0;
                begun = work.takeBegun();
            }
        } finally {
            opened.unlock();
        }
        if (begun.isPresent()) {
            var write =
                    new BegunWrite(
                            begun.get(), frame.tag(), frame.isForceUnitAccess(), requests.keep());
            return begunWrites.add(write) ? Duty.FINISH : Duty.READ;
        }
        if (status == BlockStatus.OK && frame.isForceUnitAccess()) {
            return flush();
        }
        answer(status);
        return Duty.READ;
    }

    /** Answers with what the replica tells. */
    private void tell(Grant opened) throws IOException {
        long most = work.mostToTell(opened.replica());
        if (most < 0 || most > Blocks.MOST_PAYLOAD) {
            answer(BlockStatus.BAD_REQUEST);
        } else if (most > answers.mostBuffered()) {
            ByteBuffer large = shared.large().take();
            try {
                tell(opened, large);
                answers.send();
                answers.send(large);
            } finally {
                shared.large().giveBack(large);
            }
        } else {
            tell(opened, answers.room((int) most));
        }
    }

    private void tell(Grant opened, ByteBuffer to) {
        int start = to.position();
        int payloadAt = start + AnswerHeader.SIZE;
        to.position(payloadAt);
        BlockStatus status = work.tell(opened.replica(), to);
        if (status != BlockStatus.OK) {
            shared.counters().refused();
            to.position(payloadAt);
        }
        int payload = to.position() - payloadAt;
        to.position(start);
        AnswerHeader.write(to, status, frame.tag(), payload);
        to.position(payloadAt + payload);
    }

    private void answer(BlockStatus status) throws IOException {
        answers.add(status, frame.tag());
    }

    /** Flushes until nobody waits for it. */
    private void flushAll() throws IOException {
        int count = flushes.take(flushed);
        while (count > 0) {
            BlockStatus status = work.flush(requireNonNull(grant).replica());
            for (int i = 0; i < count; i++) {
                answers.write(flushAnswers, status, flushed[i]);
            }
            answers.send(flushAnswers);
            count = flushes.take(flushed);
        }
    }

    /** Finishes writes until none waits for it, even when nobody can be told any more. */
    private void finishAll() throws IOException {
        Replica replica = requireNonNull(grant).replica();
        IOException broken = null;
        List<BegunWrite> batch = begunWrites.take(0);
        while (!batch.isEmpty()) {
            for (BegunWrite each : batch) {
                BlockStatus status = work.finish(replica, each.write());
                shared.large().giveBack(each.buffer());
                if (status == BlockStatus.OK && each.durable()) {
                    status = work.flush(replica);
                }
                answers.write(finishAnswers, status, each.tag());
            }
            try {
                answers.send(finishAnswers);
            } catch (IOException e) {
                broken = e;
                finishAnswers.clear();
                end("it broke: " + e.getMessage());
            }
            batch = begunWrites.take(batch.size());
        }
        if (broken != null) {
            throw broken;
        }
    }

    /** Whether it has not been opened for so long. */
    boolean isIdle(Duration most) {
        return grant == null && shared.time().since(began).compareTo(most) > 0;
    }

    /** Whether the other end stopped in the middle of a request, or reads no answers. */
    boolean isStalled(Duration most) {
        return requests.isStalled(most) || answers.isStalled(most);
    }

    /** Ends it; returns at once. The first reason counts. */
    void end(String reason) {
        if (!end.compareAndSet(null, reason)) {
            return;
        }
        LOG.info("The connection of {} ends: {}", who(), reason);
        try {
            transport.close();
        } catch (IOException e) {
            LOG.warn("The connection of {} did not close cleanly: {}", who(), e.getMessage());
        }
    }

    /** Waits until nothing of it is under way, at most 5 s. */
    void awaitEnd() {
        try {
            if (!over.await(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The connection of {} is still at work", who());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
