package io.brume.store;

import io.brume.store.memory.MemoryStore;

class MemoryStoreTest extends StoreContract {
    @Override
    Store open() {
        return MemoryStore.open();
    }
}
