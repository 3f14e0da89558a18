package io.brume.storage.wire;

import io.brume.proto.block.Operation;
import java.util.concurrent.atomic.LongAdder;

/** What the server has done since it started. Thread-safe; counting allocates nothing. */
public final class BlockCounters {
    private final LongAdder[] requests = new LongAdder[Operation.values().length];
    private final LongAdder refusals = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder malformed = new LongAdder();

    public BlockCounters() {
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new LongAdder();
        }
    }

    void request(Operation operation) {
        requests[operation.ordinal()].increment();
    }

    void refused() {
        refusals.increment();
    }

    void read(int bytes) {
        bytesRead.add(bytes);
    }

    void wrote(int bytes) {
        bytesWritten.add(bytes);
    }

    void flushed() {
        flushes.increment();
    }

    void malformed() {
        malformed.increment();
    }

    /** Requests of a kind. */
    public long requests(Operation operation) {
        return requests[operation.ordinal()].sum();
    }

    /** Requests that were not answered with OK. */
    public long refusals() {
        return refusals.sum();
    }

    /** Bytes of volumes that were read and were not all zeros. */
    public long bytesRead() {
        return bytesRead.sum();
    }

    public long bytesWritten() {
        return bytesWritten.sum();
    }

    /** Flushes that were made; one may answer many requests. */
    public long flushes() {
        return flushes.sum();
    }

    /** Connections that ended because of what they sent. */
    public long malformedConnections() {
        return malformed.sum();
    }
}
