package io.brume.node.volume;

import io.brume.node.volume.ReplicaSlot.State;
import io.brume.node.volume.VolumeRequest.Kind;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The changes of a volume in their one order, and the flushes: sent to every replica, sent again
 * when a connection broke, finished when all that matter have answered. On the loop.
 */
final class ChangeStream implements LinkRequest.Answered {
    /** Who gave the requests. */
    interface Owner {
        /** All have answered. */
        void done(VolumeRequest request);

        /** A replica has no room for a write. */
        void noSpace(ReplicaSlot slot);
    }

    private final ReplicaSet replicas;
    private final BlockBuffers buffers;
    private final BlockEncryption encryption;
    private final Owner owner;
    private final RequestList changes = new RequestList();
    private final RequestList flushes = new RequestList();
    private long nextSequence = 1;

    ChangeStream(
            ReplicaSet replicas, BlockBuffers buffers, BlockEncryption encryption, Owner owner) {
        this.replicas = replicas;
        this.buffers = buffers;
        this.encryption = encryption;
        this.owner = owner;
    }

    /** The number of the next change. */
    long nextSequence() {
        return nextSequence;
    }

    void numberFrom(long sequence) {
        nextSequence = sequence;
    }

    /** Numbers a change and sends it to all. */
    void change(VolumeRequest request) {
        request.sequence = nextSequence++;
        request.needs = replicas.needed();
        if (request.kind == Kind.WRITE) {
            seal(request);
            BlockSums.compute(request.data(), request.start, (int) request.length, request.sums());
        }
        changes.add(request);
        for (int at = 0; at < replicas.size(); at++) {
            ReplicaSlot slot = replicas.get(at);
            if (slot.isLive()) {
                if ((request.needs & slot.bit) != 0) {
                    send(slot, request, request.sequence);
                } else {
                    sendCopy(slot, request);
                }
            }
        }
    }

    /**
     * Once: a write that is made again after its replicas were opened anew is encrypted already.
     */
    private void seal(VolumeRequest request) {
        if (!encryption.isOn() || request.sealed) {
            return;
        }
        ByteBuffer plain = request.data();
        int start = request.start;
        if (request.isWhole() && request.client != null) {
            plain = request.client;
            start = request.clientStart;
        }
        encryption.seal(
                request.offset, plain, start, request.data(), request.start, (int) request.length);
        request.sealed = true;
    }

    void flush(VolumeRequest request) {
        request.needs = replicas.needed();
        flushes.add(request);
        for (int at = 0; at < replicas.size(); at++) {
            ReplicaSlot slot = replicas.get(at);
            if (slot.isLive() && !slot.settling && (request.needs & slot.bit) != 0) {
                sendFlush(slot, request);
            }
        }
    }

    private void send(ReplicaSlot slot, VolumeRequest request, long sequence) {
        LinkRequest part = part(slot, request);
        part.sequence = sequence;
        if (request.durable) {
            part.flags |= RequestHeader.FUA;
        }
        if (request.kind == Kind.WRITE) {
            part.carry(request.sums(), request.data(), request.start, (int) request.length);
        } else if (request.kind == Kind.CUT) {
            byte[] id = request.snapshotId.getBytes(StandardCharsets.UTF_8);
            part.data = ByteBuffer.wrap(id);
            part.size = id.length;
        }
        slot.send(part);
    }

    private LinkRequest part(ReplicaSlot slot, VolumeRequest request) {
        LinkRequest part =
                switch (request.kind) {
                    case WRITE ->
                            slot.request(Operation.WRITE, request.offset, (int) request.length);
                    case ZERO -> slot.request(Operation.ZERO, request.offset, (int) request.length);
                    case CUT -> slot.request(Operation.CUT, 0, 0);
                    case FLUSH, READ, COPY ->
                            throw new IllegalStateException("no change: " + request.kind);
                };
        if (request.keepAllocated) {
            part.flags |= RequestHeader.KEEP_ALLOCATED;
        }
        part.request = request;
        part.owner = this;
        return part;
    }

    private void sendFlush(ReplicaSlot slot, VolumeRequest request) {
        LinkRequest part = slot.request(Operation.FLUSH, 0, 0);
        part.request = request;
        part.owner = this;
        slot.send(part);
    }

    /**
     * To a replica that is not in step, which nobody waits for. Without a number: its last one
     * stays behind, so that nobody can take it for one that has everything. A cut would be of bytes
     * that it has not.
     */
    private void sendCopy(ReplicaSlot slot, VolumeRequest request) {
        if (request.kind == Kind.CUT) {
            return;
        }
        LinkRequest part = part(slot, request);
        part.request = null;
        part.owner = copies;
        if (request.kind == Kind.WRITE) {
            int size = (int) request.length;
            int sums = size / Blocks.BLOCK * Long.BYTES;
            ByteBuffer room = buffers.take(sums + size);
            if (room == null) {
                slot.fail("falls behind");
                return;
            }
            room.put(0, request.sums(), 0, sums).put(sums, request.data(), request.start, size);
            part.borrowed = room;
            part.carry(room, room, sums, size);
        }
        slot.lagging++;
        slot.send(part);
    }

    private final LinkRequest.Answered copies =
            new LinkRequest.Answered() {
                @Override
                public void answered(
                        ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
                    if (status == BlockStatus.OK) {
                        slot.lagging--;
                    } else {
                        slot.refused(status);
                    }
                }

                @Override
                public void lost(ReplicaSlot slot, LinkRequest request) {}
            };

    @Override
    public void answered(ReplicaSlot slot, LinkRequest part, BlockStatus status, int payload) {
        VolumeRequest request = part.request;
        if (request == null) {
            throw new IllegalStateException("an answer to nothing");
        }
        switch (status) {
            case OK -> {
                slot.answered = Math.max(slot.answered, part.sequence);
                if (part.operation == Operation.WRITE) {
                    slot.full = false;
                }
                has(slot, request);
                recover(slot);
            }
            case NO_SPACE -> owner.noSpace(slot);
            // To send one again after its successors would change their order: all are sent again.
            case BAD_SUM,
                    SHORT_OF_SEQUENCE,
                    CORRUPT,
                    IO_ERROR,
                    BAD_REQUEST,
                    NOT_HERE,
                    STALE_EPOCH ->
                    slot.refused(status);
        }
    }

    @Override
    public void lost(ReplicaSlot slot, LinkRequest part) {
        // It is still awaited: resume() sends it again, or forget() gives it up.
    }

    private void has(ReplicaSlot slot, VolumeRequest request) {
        if ((request.needs & slot.bit) == 0) {
            return;
        }
        request.needs &= ~slot.bit;
        if (request.needs == 0) {
            (request.kind == Kind.FLUSH ? flushes : changes).remove(request);
            owner.done(request);
        }
    }

    /**
     * Goes on with a replica that came back and lost nothing: sends what it has not.
     *
     * @param suspect some of the blocks that were under way are torn: all are written again
     */
    void resume(ReplicaSlot slot, long lastSequence, boolean suspect) {
        slot.live();
        // What it says that it has counts as answered.
        slot.answered = Math.max(slot.answered, lastSequence);
        slot.resumedUntil = nextSequence;
        slot.settling = suspect;
        VolumeRequest request = changes.first();
        while (request != null) {
            VolumeRequest after = request.next;
            if ((request.needs & slot.bit) != 0) {
                if (request.sequence > lastSequence) {
                    send(slot, request, request.sequence);
                } else if (suspect && request.kind == Kind.WRITE) {
                    send(slot, request, 0);
                } else if (request.durable || request.kind == Kind.CUT) {
                    sendFlush(slot, request);
                } else {
                    has(slot, request);
                }
            }
            request = after;
        }
        // Until it is known that only what was under way is torn, no flush may be answered: it
        // would
        // vouch for what may be lost.
        for (request = flushes.first(); request != null && !suspect; request = request.next) {
            if ((request.needs & slot.bit) != 0) {
                sendFlush(slot, request);
            }
        }
        recover(slot);
    }

    /** Forgives a replica when it has answered all that its failure had held up. */
    private void recover(ReplicaSlot slot) {
        if (slot.resumedUntil == Long.MIN_VALUE || slot.state() != State.LIVE) {
            return;
        }
        for (VolumeRequest request = changes.first();
                request != null && request.sequence < slot.resumedUntil;
                request = request.next) {
            if ((request.needs & slot.bit) != 0) {
                return;
            }
        }
        boolean ask = slot.settling;
        slot.recovered();
        if (ask) {
            slot.settled = true;
            slot.reconnect();
        }
    }

    /** Waits for that replica no more. */
    void forget(ReplicaSlot slot) {
        forget(changes, slot);
        forget(flushes, slot);
    }

    private void forget(RequestList list, ReplicaSlot slot) {
        VolumeRequest request = list.first();
        while (request != null) {
            VolumeRequest after = request.next;
            has(slot, request);
            request = after;
        }
    }

    /** The oldest change that is not finished; {@link #nextSequence} when all are. */
    long oldest() {
        VolumeRequest request = changes.first();
        return request == null ? nextSequence : request.sequence;
    }

    /** Gives back everything that is not finished: changes first, in their order. */
    void takeAll(List<VolumeRequest> into) {
        changes.takeAll(into);
        flushes.takeAll(into);
        for (VolumeRequest request : into) {
            request.needs = 0;
            request.sequence = 0;
        }
    }
}
