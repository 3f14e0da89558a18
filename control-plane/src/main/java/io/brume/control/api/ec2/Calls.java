package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.RequestMembers;
import io.brume.common.aws.shared.Page;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.model.Ec2Request;

/**
 * Runs what an operation does in one transaction, and cuts its answer to a page, for whoever calls.
 * Thread-safe.
 */
final class Calls {
    private final Store store;
    private final Pager pager;

    Calls(Store store, Pager pager) {
        this.store = requireNonNull(store);
        this.pager = requireNonNull(pager);
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

    /**
     * The part of a list that a Describe request asks for.
     *
     * @param named the resources that the request names; if any, it may not ask for a part
     * @param found what it looks for, in any order
     * @param key what one of them is known by, unique and never empty
     * @throws Fault {@code InvalidParameterValue}, {@code InvalidParameterCombination}, {@code
     *     InvalidNextToken}
     */
    <T> Page<T> page(Ec2Request request, List<?> named, List<T> found, Function<T, String> key) {
        if (!named.isEmpty() && RequestMembers.integer(request, "MaxResults").isPresent()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameter that names resources cannot be used with the parameter"
                            + " maxResults");
        }
        String account = CallContext.current().account().value();
        return pager.open(account, request, PageLimits.EC2).of(found, key);
    }

    /** When the call was taken in, as precisely as records keep it. */
    static Instant now() {
        return CallContext.current().time().truncatedTo(ChronoUnit.MILLIS);
    }
}
