package io.brume.storage.object.s3;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * What a call has come across that is told when it is over: its bucket and how large its object is,
 * so that nobody looks them up twice. Of one thread.
 */
public final class CallTrace {
    private static final ScopedValue<CallTrace> CURRENT = ScopedValue.newInstance();

    private Optional<Bucket> bucket = Optional.empty();
    private OptionalLong objectSize = OptionalLong.empty();

    /** Notes the bucket of this thread's call. Of a copy, that is the one that is copied to. */
    public static void met(Bucket bucket) {
        if (CURRENT.isBound()) {
            CURRENT.get().bucket = Optional.of(bucket);
        }
    }

    /** Notes how large the object is that this thread's call reads or puts, in bytes. */
    public static void met(ObjectContent content) {
        if (CURRENT.isBound()) {
            CURRENT.get().objectSize = OptionalLong.of(content.size());
        }
    }

    /** Runs a call, which leaves its traces here. */
    public <T> T call(Supplier<T> body) {
        return ScopedValue.where(CURRENT, this).call(body::get);
    }

    public Optional<Bucket> bucket() {
        return bucket;
    }

    public OptionalLong objectSize() {
        return objectSize;
    }
}
