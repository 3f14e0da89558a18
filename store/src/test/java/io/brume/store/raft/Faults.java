package io.brume.store.raft;

/**
 * Lets the k-th operation on a disk fail, before or after it has been done, and then, if told so,
 * every later one. Not thread-safe.
 */
final class Faults {
    enum Mode {
        NOT_DONE,
        DONE_BUT_FAILED,
        DEAD_FROM_THEN_ON
    }

    /** An operation that may fail in its own way. */
    interface Operation<E extends Exception> {
        void run() throws E;
    }

    private final int failing;
    private final Mode mode;
    private int count;

    Faults(int failing, Mode mode) {
        this.failing = failing;
        this.mode = mode;
    }

    static Faults none() {
        return new Faults(Integer.MAX_VALUE, Mode.NOT_DONE);
    }

    <E extends Exception> void run(Operation<E> operation, E failure) throws E {
        int number = ++count;
        boolean now = number == failing;
        boolean dead = number > failing && mode == Mode.DEAD_FROM_THEN_ON;
        if (dead || (now && mode != Mode.DONE_BUT_FAILED)) {
            throw failure;
        }
        operation.run();
        if (now) {
            throw failure;
        }
    }

    int count() {
        return count;
    }

    boolean struck() {
        return count >= failing;
    }
}
