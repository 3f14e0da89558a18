package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the in-sync replicas the same before the volume is served: a change that was never answered
 * may be there or not, but must be the same everywhere. On the loop.
 */
final class Opening implements Comparison.Owner, LinkRequest.Answered {
    /** The most that one request adopts; bytes. */
    private static final long ADOPTED_AT_ONCE = 1L << 30;

    private final EventLoop loop;
    private final BlockBuffers buffers;
    private final List<ReplicaSlot> members;
    private final long sizeBytes;
    private final int chunks;
    private Consumer<String> done = problem -> {};
    private int awaited;
    private long adopted;
    private boolean flushing;
    private boolean over;
    private @Nullable Comparison comparison;

    /**
     * @param members all are open; none is used before this is done
     */
    Opening(
            EventLoop loop,
            BlockBuffers buffers,
            List<ReplicaSlot> members,
            long sizeBytes,
            int chunks) {
        this.loop = loop;
        this.buffers = buffers;
        this.members = new ArrayList<>(members);
        this.sizeBytes = sizeBytes;
        this.chunks = chunks;
    }

    List<ReplicaSlot> members() {
        return members;
    }

    /**
     * Begins.
     *
     * @param whenDone gets what went wrong; empty when all are the same, durably
     */
    void start(Consumer<String> whenDone) {
        done = whenDone;
        boolean suspect = false;
        boolean same = true;
        long first = members.getFirst().opening().lastSequence();
        for (ReplicaSlot member : members) {
            suspect |= member.opening().suspect();
            same &= member.opening().lastSequence() == first;
        }
        if (same && !suspect) {
            end("");
        } else if (members.size() == 1) {
            adopt();
        } else {
            // The furthest first: it has every change that was answered.
            members.sort(
                    Comparator.comparingLong((ReplicaSlot slot) -> -slot.opening().lastSequence())
                            .thenComparing(slot -> slot.opening().suspect()));
            var next = new Comparison(loop, buffers, members, sizeBytes, chunks, this);
            comparison = next;
            next.start();
        }
    }

    void stop() {
        over = true;
        Comparison known = comparison;
        if (known != null) {
            known.stop();
        }
    }

    private void end(String problem) {
        if (!over) {
            over = true;
            done.accept(problem);
        }
    }

    /** There is nobody to ask what torn blocks should be; none of them had been answered. */
    private void adopt() {
        ReplicaSlot only = members.getFirst();
        if (adopted == sizeBytes) {
            flush();
            return;
        }
        int length = (int) Math.min(ADOPTED_AT_ONCE, sizeBytes - adopted);
        LinkRequest request = only.request(Operation.ADOPT, adopted, length);
        request.owner = this;
        adopted += length;
        only.send(request);
    }

    private void flush() {
        flushing = true;
        awaited = members.size();
        for (ReplicaSlot member : members) {
            if (over || !member.isConnected()) {
                end(member.want.nodeId() + " is gone");
                return;
            }
            LinkRequest request = member.request(Operation.FLUSH, 0, 0);
            request.owner = this;
            member.send(request);
        }
    }

    @Override
    public void answered(ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
        if (over) {
            return;
        }
        if (status != BlockStatus.OK) {
            slot.refused(status);
            end(slot.want.nodeId() + " answers " + status);
        } else if (!flushing) {
            adopt();
        } else {
            awaited--;
            if (awaited == 0) {
                end("");
            }
        }
    }

    @Override
    public void lost(ReplicaSlot slot, LinkRequest request) {
        end(slot.want.nodeId() + " is gone");
    }

    @Override
    public boolean mayAskOthers() {
        return true;
    }

    @Override
    public void lock(long offset, long length, Runnable locked) {
        locked.run();
    }

    @Override
    public void unlock(long offset) {}

    @Override
    public long pauseNanos(int bytes) {
        return 0;
    }

    @Override
    public void progress(int percent) {}

    @Override
    public void equal() {
        flush();
    }

    @Override
    public void failed(String reason) {
        end(reason);
    }
}
