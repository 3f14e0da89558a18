package io.brume.storage.block.chunk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small ordered table of bytes. Thread-safe. */
public interface Rows extends AutoCloseable {
    byte @Nullable [] get(byte[] key) throws IOException;

    /**
     * Makes all changes or none, durably. When it fails nobody knows which: nothing may be written
     * then before {@link #recover} has returned.
     */
    void write(Batch batch) throws IOException;

    /**
     * Finds out what became of a batch that failed: what is read from then on is durable. It needs
     * a little space; while there is none it fails, and nothing can be read.
     */
    void recover() throws IOException;

    /** Every row whose key begins like this, in the order of keys. */
    void scan(byte[] prefix, Visitor visitor) throws IOException;

    @Override
    void close();

    /** Is told rows. */
    @FunctionalInterface
    interface Visitor {
        void visit(byte[] key, byte[] value) throws IOException;
    }

    /** Changes that are made together; later ones win. */
    final class Batch {
        private final List<Change> changes = new ArrayList<>();

        /** A row's new value; none = the row goes. */
        public record Change(byte[] key, byte @Nullable [] value) {}

        public void put(byte[] key, byte[] value) {
            changes.add(new Change(key, value));
        }

        public void delete(byte[] key) {
            changes.add(new Change(key, null));
        }

        public List<Change> changes() {
            return changes;
        }
    }
}
