package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Operation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The reads of a volume: from one replica, from another when that one cannot, and answered only
 * while no newer coordinator can have changed anything. On the loop.
 */
final class ReadStream implements LinkRequest.Answered {
    private static final int MOST_ATTEMPTS = 3;

    /** Who gave the requests. */
    interface Owner {
        void done(VolumeRequest request, int error);

        /** A connection ended under it. */
        void again(VolumeRequest request);

        /** A replica's bytes are damaged there; another one has good ones. */
        void damaged(int slots, long offset, long length);
    }

    private final ReplicaSet replicas;
    private final EventLoop loop;
    private final long leaseNanos;
    private final BlockEncryption encryption;
    private final Owner owner;
    private final ArrayDeque<VolumeRequest> waiting = new ArrayDeque<>();
    private final ArrayDeque<VolumeRequest> unconfirmed = new ArrayDeque<>();

    ReadStream(
            ReplicaSet replicas,
            EventLoop loop,
            Duration lease,
            BlockEncryption encryption,
            Owner owner) {
        this.replicas = replicas;
        this.loop = loop;
        this.leaseNanos = lease.toNanos();
        this.encryption = encryption;
        this.owner = owner;
    }

    /** Reads whole blocks into the request's data. */
    void read(VolumeRequest request) {
        ReplicaSlot slot = replicas.reader(request.tried);
        if (slot != null) {
            if (!readAtOnce(slot, request)) {
                send(slot, request);
            }
        } else if (anyLeft(request.tried)) {
            waiting.add(request);
        } else {
            owner.done(request, Errors.INPUT_OUTPUT);
        }
    }

    private boolean anyLeft(int tried) {
        for (ReplicaSlot slot : replicas.all()) {
            if (slot.inSync && (slot.bit & tried) == 0) {
                return true;
            }
        }
        return false;
    }

    /** From memory, if it is there and whole, and no newer coordinator can have answered. */
    private boolean readAtOnce(ReplicaSlot slot, VolumeRequest request) {
        if (!slot.readAtOnce(request)
                || !BlockSums.verify(
                        request.data(), request.start, (int) request.length, request.sums())
                || !replicas.haveAllAnswered(loop.nanos(), leaseNanos)) {
            return false;
        }
        opened(request, true);
        owner.done(request, 0);
        return true;
    }

    /** Decrypts what was read, and says what was damaged elsewhere. */
    private void opened(VolumeRequest request, boolean any) {
        if (any && encryption.isOn()) {
            encryption.open(
                    request.offset,
                    request.data(),
                    request.start,
                    (int) request.length,
                    request.sums());
        }
        if (request.corrupt != 0) {
            owner.damaged(request.corrupt, request.offset, request.length);
        }
    }

    private void send(ReplicaSlot slot, VolumeRequest request) {
        LinkRequest part = slot.request(Operation.READ, request.offset, (int) request.length);
        part.carry(request.sums(), request.data(), request.start, (int) request.length);
        part.request = request;
        part.owner = this;
        slot.send(part);
    }

    @Override
    public void answered(ReplicaSlot slot, LinkRequest part, BlockStatus status, int payload) {
        VolumeRequest request = part.request;
        if (request == null) {
            throw new IllegalStateException("an answer to nothing");
        }
        switch (status) {
            case OK -> came(slot, request, payload);
            case CORRUPT, IO_ERROR -> {
                request.tried |= slot.bit;
                request.corrupt |= slot.bit;
                read(request);
            }
            case STALE_EPOCH, NO_SPACE, BAD_REQUEST, NOT_HERE, BAD_SUM, SHORT_OF_SEQUENCE -> {
                slot.refused(status);
                owner.again(request);
            }
        }
    }

    private void came(ReplicaSlot slot, VolumeRequest request, int payload) {
        int size = (int) request.length;
        boolean zeros = payload == 0;
        if (zeros) {
            BlockSums.zero(request.data(), request.start, size);
        } else if (!BlockSums.verify(request.data(), request.start, size, request.sums())) {
            request.attempts++;
            if (request.attempts < MOST_ATTEMPTS && slot.isLive()) {
                send(slot, request);
            } else {
                slot.fail("damages what it sends");
                owner.again(request);
            }
            return;
        }
        opened(request, !zeros);
        if (replicas.leaseHolds(loop.nanos(), leaseNanos)) {
            owner.done(request, 0);
        } else {
            unconfirmed.add(request);
            for (ReplicaSlot other : replicas.all()) {
                if (other.inSync) {
                    other.heartbeat();
                }
            }
        }
    }

    @Override
    public void lost(ReplicaSlot slot, LinkRequest part) {
        VolumeRequest request = part.request;
        if (request != null) {
            owner.again(request);
        }
    }

    /** A replica has answered, or the set has changed. */
    void heard() {
        if (!unconfirmed.isEmpty() && replicas.leaseHolds(loop.nanos(), leaseNanos)) {
            for (VolumeRequest request = unconfirmed.poll();
                    request != null;
                    request = unconfirmed.poll()) {
                owner.done(request, 0);
            }
        }
    }

    /** A replica can be read again, or is not to be waited for any more. */
    void retry() {
        for (int left = waiting.size(); left > 0; left--) {
            read(waiting.remove());
        }
    }

    /** Gives back those that are not with a replica. */
    void takeAll(List<VolumeRequest> into) {
        into.addAll(waiting);
        into.addAll(unconfirmed);
        waiting.clear();
        unconfirmed.clear();
    }
}
