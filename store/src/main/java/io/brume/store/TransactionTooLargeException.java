package io.brume.store;

/** A transaction reads or writes more than one commit may hold; nothing happened. */
public final class TransactionTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TransactionTooLargeException(String message) {
        super(message);
    }
}
