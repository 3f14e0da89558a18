package io.brume.control.store;

import io.brume.control.store.memory.MemoryStore;

class MemoryStoreTest extends StoreContract {
    @Override
    Store open() {
        return MemoryStore.open();
    }
}
