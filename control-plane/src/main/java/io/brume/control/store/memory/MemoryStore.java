package io.brume.control.store.memory;

import io.brume.control.store.Store;
import io.brume.control.store.commit.SerialStore;

/** Opens stores that live in memory and end with the program. */
public final class MemoryStore {
    private MemoryStore() {}

    /** An empty store. */
    public static Store open() {
        return new SerialStore();
    }
}
