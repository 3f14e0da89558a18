package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.Fingerprint;
import io.brume.common.aws.RequestMembers;
import io.brume.common.time.Time;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Lets a client repeat a request that makes something, without making it twice: the same {@code
 * ClientToken} with the same members answers what the first call made; with other members it is
 * refused. Thread-safe as far as the transactions are.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html">EC2, ensuring
 * idempotency</a>.
 *
 * @param <X> the store's transaction
 */
public final class IdempotentCalls<X> {
    private static final String MEMBER = "ClientToken";
    private static final int LONGEST_TOKEN = 64;

    private final ClientTokens<X> tokens;
    private final Time time;

    public IdempotentCalls(ClientTokens<X> tokens, Time time) {
        this.tokens = requireNonNull(tokens);
        this.time = requireNonNull(time);
    }

    /**
     * Makes the resources, or finds those that the same call made before.
     *
     * @param operation AWS's name: {@code RunInstances}
     * @param make makes them within the transaction and answers their ids; not called for a repeat
     * @return the ids, from this call or from the first one
     * @throws Fault {@code IdempotentParameterMismatch} when the token was used with other members
     */
    public List<String> once(
            X transaction,
            String account,
            String operation,
            SdkPojo request,
            Supplier<List<String>> make) {
        var token = token(request);
        if (token.isEmpty()) {
            return make.get();
        }
        var key = new TokenKey(account, operation, token.get());
        var fingerprint = Fingerprint.of(request, Set.of(MEMBER, "DryRun"));
        var before = tokens.find(transaction, key);
        if (before == null) {
            var made = make.get();
            tokens.remember(transaction, key, new RememberedCall(fingerprint, made, time.now()));
            return made;
        }
        if (before.fingerprint().equals(fingerprint)) {
            return before.resources();
        }
        throw Fault.conflict(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in"
                        + " previous request(s).");
    }

    private static Optional<String> token(SdkPojo request) {
        var token = RequestMembers.text(request, MEMBER).filter(text -> !text.isEmpty());
        if (token.isPresent() && token.get().length() > LONGEST_TOKEN) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "The client token is longer than " + LONGEST_TOKEN + " characters.");
        }
        return token;
    }
}
