package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.Store;
import io.brume.control.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BiFunction;

/** Runs what an operation does in one transaction, for whoever calls. Thread-safe. */
final class Calls {
    private final Store store;

    Calls(Store store) {
        this.store = requireNonNull(store);
    }

    /**
     * Changes the store. A dry run makes all checks and then ends, so that nothing of it is kept.
     */
    <T> T change(BiFunction<Transaction, AccountId, T> body) {
        CallContext call = CallContext.current();
        return store.transact(tx -> {
            T result = body.apply(tx, call.account());
            call.stopHereIfDryRun();
            return result;
        });
    }

    /** Reads the store. */
    <T> T view(BiFunction<ReadTransaction, AccountId, T> body) {
        CallContext call = CallContext.current();
        T result = store.view(tx -> body.apply(tx, call.account()));
        call.stopHereIfDryRun();
        return result;
    }

    /** When the call was taken in, as precisely as records keep it. */
    static Instant now() {
        return CallContext.current().time().truncatedTo(ChronoUnit.MILLIS);
    }
}
