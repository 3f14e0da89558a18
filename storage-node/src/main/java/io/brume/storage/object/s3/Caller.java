package io.brume.storage.object.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.AccountId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who makes the call that this thread serves.
 *
 * @param account empty = a stranger without a signature
 * @param arn of the principal; empty for a stranger
 * @param sourceIp the client's address
 * @param secure whether it came over TLS
 * @param authType as {@code s3:authType} has it: {@code REST-HEADER}, {@code REST-QUERY-STRING} or
 *     {@code POST}; empty for a stranger
 * @param head of the request, path style, without its body: what policies' conditions speak of
 */
public record Caller(
        Optional<AccountId> account,
        String arn,
        String requestId,
        String sourceIp,
        boolean secure,
        String authType,
        HttpCall head) {
    private static final ScopedValue<Caller> CURRENT = ScopedValue.newInstance();

    public Caller {
        requireNonNull(account);
        requireNonNull(arn);
        requireNonNull(requestId);
        requireNonNull(sourceIp);
        requireNonNull(authType);
        requireNonNull(head);
    }

    /** The caller of this thread's call. */
    public static Caller current() {
        return CURRENT.get();
    }

    /** Whether it is someone of this account. */
    public boolean isOf(AccountId other) {
        return account.isPresent() && account.get().equals(other);
    }

    /** The same caller with another head. */
    public Caller with(HttpCall other) {
        return new Caller(account, arn, requestId, sourceIp, secure, authType, other);
    }

    /** Runs as this caller's. */
    public <T> T call(Supplier<T> body) {
        return ScopedValue.where(CURRENT, this).call(body::get);
    }
}
