package io.brume.store;

/** Every attempt met a concurrent change of something it had read; nothing happened. */
public final class TransactionConflictException extends StoreUnavailableException {
    private static final long serialVersionUID = 1;

    public TransactionConflictException(int attempts) {
        super("gave up after " + attempts + " attempts that all met concurrent changes");
    }
}
