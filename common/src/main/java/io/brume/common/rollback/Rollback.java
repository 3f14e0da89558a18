package io.brume.common.rollback;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stack of steps that undo what has been done so far. Use it in a try-with-resources statement:
 *
 * {@snippet :
 * try (Rollback rollback = new Rollback("start of i-1")) {
 *     disks.create();
 *     rollback.add("delete the disks", disks::delete);
 *     guest.start();
 *     rollback.commit();
 * }
 * }
 *
 * <p>Unless {@link #commit()} was called, closing undoes the steps in reverse. A step that fails is
 * logged and does not keep the others from running: what is left is for the reconciler to find. Not
 * thread-safe.
 */
public final class Rollback implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);

    /** Undoes one thing. */
    @FunctionalInterface
    public interface Step {
        void undo() throws Exception;
    }

    private record Named(String name, Step step) {}

    private final String what;
    private final Deque<Named> steps = new ArrayDeque<>();

    /**
     * Nothing is to be undone yet.
     *
     * @param what for the log: what would be undone
     */
    public Rollback(String what) {
        this.what = requireNonNull(what);
    }

    /** Remembers how to undo what has just been done. */
    public void add(String name, Step undo) {
        steps.push(new Named(requireNonNull(name), requireNonNull(undo)));
    }

    /** All is well: nothing is to be undone any more. */
    public void commit() {
        steps.clear();
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            Named last = steps.pop();
            try {
                last.step().undo();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                LOG.warn("Undoing {}: interrupted in '{}'", what, last.name());
            } catch (Exception e) {
                LOG.warn("Undoing {}: '{}' failed", what, last.name(), e);
            }
        }
    }
}
