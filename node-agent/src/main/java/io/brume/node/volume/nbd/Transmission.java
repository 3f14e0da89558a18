package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transmission phase of one connection: takes requests out of what was received, gives them to
 * the device, and puts the answers into the output, in the order in which the device is done. Knows
 * no channel. Belongs to the loop's thread.
 *
 * <p>Requests of more than 1 MiB go to the device in parts of 1 MiB. A device may be done before
 * its method returns, or long after the connection has gone.
 */
final class Transmission {
    private static final int BLOCK = Nbd.PREFERRED_BLOCK;
    // Extents are asked of the device for so much at a time; a client asks on.
    private static final long MOST_STATUS = 1L << 30;

    /** What became of the received bytes. */
    enum Progress {
        /** All that could be taken was taken. */
        NEEDS_BYTES,
        /** Has to wait for answers or memory before it takes more. */
        MUST_WAIT,
        /** Takes more at once, after it was tried to send what is there. */
        MUST_SEND,
        /** The client says goodbye. */
        DISCONNECT,
        /** This is not the protocol. */
        BROKEN
    }

    private final BlockDevice device;
    private final RequestRules rules;
    private final BufferPool pool;
    private final BufferPool.Borrower borrower;
    private final Output output;
    private final Replies replies;
    private final ReadAnswers readAnswers;
    private final int mostRequests;
    private final Runnable answered;
    private final ArrayDeque<Request> unused = new ArrayDeque<>();

    private int underWay;
    private boolean gone;
    // The write whose bytes are being received.
    private @Nullable Request writing;
    private @Nullable PooledBuffer filling;
    private int nextPart;
    // The write that was refused, and whose bytes have to be passed over.
    private int discard;
    private long refusedCookie;
    private int refusedError;

    /**
     * Begins after a handshake.
     *
     * @param borrower called when memory is free that was missing
     * @param answered called after each answer that was put into the output
     */
    Transmission(
            Handshake.Agreement agreement,
            BlockDevice device,
            NbdExport export,
            BufferPool pool,
            BufferPool.Borrower borrower,
            Output output,
            int mostRequests,
            Runnable answered) {
        this.device = device;
        this.rules = new RequestRules(device, export.readOnly(), agreement);
        this.pool = pool;
        this.borrower = borrower;
        this.output = output;
        this.replies = new Replies(output, agreement.structured());
        this.readAnswers = new ReadAnswers(pool, replies);
        this.mostRequests = mostRequests;
        this.answered = answered;
    }

    /** Whether nothing is under way. */
    boolean isIdle() {
        return underWay == 0;
    }

    /** Whether a further request would be taken, as far as their number goes. */
    boolean hasRoom() {
        return underWay + output.size() < mostRequests;
    }

    /** Whether it has begun to receive a write and waits for the rest. */
    boolean holdsMemory() {
        return filling != null;
    }

    /** Where the next received bytes may go instead of the input: the payload of a large write. */
    @Nullable ByteBuffer payload() {
        return filling == null ? null : filling.bytes;
    }

    /** Takes what can be taken between position and limit. */
    Progress take(ByteBuffer in) {
        while (true) {
            if (discard > 0) {
                int part = Math.min(discard, in.remaining());
                in.position(in.position() + part);
                discard -= part;
                if (discard > 0) {
                    return Progress.NEEDS_BYTES;
                }
                replies.end(refusedCookie, false, refusedError);
                answered.run();
            } else if (writing != null) {
                if (!fill(writing, in)) {
                    return filling == null ? Progress.MUST_WAIT : Progress.NEEDS_BYTES;
                }
            } else if (in.remaining() < Nbd.REQUEST_BYTES) {
                return Progress.NEEDS_BYTES;
            } else if (output.isWorthSending()) {
                return Progress.MUST_SEND;
            } else if (!hasRoom()) {
                return Progress.MUST_WAIT;
            } else {
                Progress progress = takeRequest(in);
                if (progress != Progress.NEEDS_BYTES) {
                    return progress;
                }
            }
        }
    }

    /** Receives a part of a write; gives it to the device when it is whole. */
    private boolean fill(Request request, ByteBuffer in) {
        PooledBuffer buffer = filling;
        if (buffer == null) {
            int length = request.lengthOf(nextPart);
            if (!pool.admits(BufferPool.needed(1, length), borrower)) {
                return false;
            }
            buffer = pool.take(length);
            buffer.prepare(request, nextPart, length);
            filling = buffer;
        }
        ByteBuffer into = buffer.bytes;
        int part = Math.min(into.remaining(), in.remaining());
        if (part > 0) {
            into.put(into.position(), in, in.position(), part);
            into.position(into.position() + part);
            in.position(in.position() + part);
        }
        if (into.hasRemaining()) {
            return false;
        }
        filling = null;
        nextPart++;
        if (nextPart == request.parts()) {
            writing = null;
        }
        into.position(PooledBuffer.HEAD);
        device.write(request.offsetOf(buffer.part), into, request.has(Nbd.CMD_FLAG_FUA), buffer);
        return true;
    }

    private Progress takeRequest(ByteBuffer in) {
        int at = in.position();
        if (in.getInt(at) != Nbd.REQUEST_MAGIC) {
            return Progress.BROKEN;
        }
        int flags = in.getShort(at + 4) & 0xffff;
        int command = in.getShort(at + 6) & 0xffff;
        long cookie = in.getLong(at + 8);
        long offset = in.getLong(at + 16);
        long length = in.getInt(at + 24) & 0xffff_ffffL;
        if (command == Nbd.CMD_DISC) {
            in.position(at + Nbd.REQUEST_BYTES);
            return Progress.DISCONNECT;
        }
        if (command == Nbd.CMD_WRITE && length > Nbd.MAX_BLOCK) {
            return Progress.BROKEN;
        }
        int error = rules.check(command, flags, offset, length);
        boolean reads = command == Nbd.CMD_READ || command == Nbd.CMD_CACHE;
        if (error == 0 && reads && length > 0) {
            int parts = Request.parts(offset, (int) length);
            if (!pool.admits(BufferPool.needed(parts, (int) length), borrower)) {
                return Progress.MUST_WAIT;
            }
        }
        in.position(at + Nbd.REQUEST_BYTES);
        if (error != 0 || (length == 0 && command != Nbd.CMD_FLUSH)) {
            refuse(command, cookie, length, error);
        } else {
            begin(command, flags, cookie, offset, length);
        }
        return Progress.NEEDS_BYTES;
    }

    /** Answers at once what needs no device: errors, and requests for nothing. */
    private void refuse(int command, long cookie, long length, int error) {
        if (command == Nbd.CMD_WRITE && length > 0) {
            discard = (int) length;
            refusedCookie = cookie;
            refusedError = error;
        } else {
            replies.end(cookie, command == Nbd.CMD_READ, error);
            answered.run();
        }
    }

    private void begin(int command, int flags, long cookie, long offset, long length) {
        Request request = unused.poll();
        if (request == null) {
            request = new Request(this);
        }
        request.command = command;
        request.flags = flags;
        request.cookie = cookie;
        request.offset = offset;
        request.length = (int) Math.min(length, MOST_STATUS);
        request.error = 0;
        request.cut = false;
        request.left = 1;
        underWay++;
        boolean durable = request.has(Nbd.CMD_FLAG_FUA);
        switch (command) {
            case Nbd.CMD_READ, Nbd.CMD_CACHE -> read(request);
            case Nbd.CMD_WRITE -> {
                request.left = request.parts();
                writing = request;
                nextPart = 0;
            }
            case Nbd.CMD_FLUSH -> device.flush(request);
            case Nbd.CMD_WRITE_ZEROES ->
                    device.zero(
                            offset, length, request.has(Nbd.CMD_FLAG_NO_HOLE), durable, request);
            case Nbd.CMD_TRIM -> trim(request, length, durable);
            case Nbd.CMD_BLOCK_STATUS ->
                    device.extents(offset, Math.min(length, MOST_STATUS), request);
            default -> throw new IllegalStateException("command " + command);
        }
    }

    private void read(Request request) {
        int parts = request.parts();
        request.left = parts;
        for (int i = 0; i < parts; i++) {
            // It is this request until its last part is done, which no part is that was not given.
            int length = request.lengthOf(i);
            PooledBuffer buffer = pool.take(length);
            buffer.prepare(request, i, length);
            device.read(request.offsetOf(i), buffer.bytes, buffer);
        }
    }

    /** A hint: what is less than a block stays as it is, since freeing it would be work. */
    private void trim(Request request, long length, boolean durable) {
        long from = (request.offset + BLOCK - 1) / BLOCK * BLOCK;
        long to = (request.offset + length) / BLOCK * BLOCK;
        if (from >= to) {
            request.done(0);
        } else {
            device.zero(from, to - from, false, durable, request);
        }
    }

    /** A part of a request that has bytes is done. */
    void partDone(Request request, PooledBuffer buffer, int result) {
        request.left--;
        if (result > 0 && request.error == 0) {
            request.error = result;
        }
        if (gone) {
            pool.release(buffer);
            readAnswers.drop(request);
            return;
        }
        boolean last = request.left == 0;
        if (request.command != Nbd.CMD_READ) {
            pool.release(buffer);
            if (last && !request.cut) {
                replies.end(request.cookie, false, Nbd.errorOf(request.error));
            }
        } else {
            readAnswers.part(request, buffer, result, last);
        }
        if (last) {
            recycle(request);
        }
        answered.run();
    }

    /** A request without bytes is done. */
    void done(Request request, int result) {
        request.left--;
        if (gone) {
            return;
        }
        replies.end(request.cookie, false, Nbd.errorOf(result));
        recycle(request);
        answered.run();
    }

    void extents(Request request, int result, List<BlockDevice.Extent> extents) {
        request.left--;
        if (gone) {
            return;
        }
        long asked = request.length;
        boolean one = request.has(Nbd.CMD_FLAG_REQ_ONE);
        if (result != 0 || !replies.extents(request.cookie, asked, one, extents)) {
            replies.end(request.cookie, false, Nbd.errorOf(result == 0 ? Nbd.EIO : result));
        }
        recycle(request);
        answered.run();
    }

    private void recycle(Request request) {
        underWay--;
        unused.push(request);
    }

    /**
     * Nothing more will be received. A write that came in part is not answered, so that its client
     * makes it again.
     */
    void cutOff() {
        Request request = writing;
        if (request == null) {
            return;
        }
        writing = null;
        dropFilling();
        request.cut = true;
        request.left -= request.parts() - nextPart;
        if (request.left == 0) {
            recycle(request);
        }
    }

    private void dropFilling() {
        if (filling != null) {
            pool.release(filling);
            filling = null;
        }
    }

    /** The connection has gone: what the device still has is answered to nobody. */
    void abandon() {
        gone = true;
        dropFilling();
        pool.forget(borrower);
    }
}
