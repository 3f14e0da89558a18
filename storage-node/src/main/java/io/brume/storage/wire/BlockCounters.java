package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the server has done since it started. Thread-safe; counting allocates nothing. */
public final class BlockCounters {
    private final Map<Operation, LongAdder> requests = new EnumMap<>(Operation.class);
    private final LongAdder refusals = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder malformed = new LongAdder();

    public BlockCounters() {
        for (Operation operation : Operation.values()) {
            requests.put(operation, new LongAdder());
        }
    }

    private LongAdder adder(Operation operation) {
        return requireNonNull(requests.get(operation));
    }

    void request(Operation operation) {
        adder(operation).increment();
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
        return adder(operation).sum();
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
