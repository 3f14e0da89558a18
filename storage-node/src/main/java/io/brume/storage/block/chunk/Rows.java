package io.brume.storage.block.chunk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small ordered table of bytes. Thread-safe. */
public interface Rows extends AutoCloseable {
    byte @Nullable [] get(byte[] key) throws IOException;

    /** Makes all changes or none, durably. */
    void write(Batch batch) throws IOException;

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
