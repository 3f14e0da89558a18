package io.brume.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedStoreTest extends StoreContract {
    @TempDir private Path directory;

    @Override
    Store open() {
        return TestStores.alone(directory);
    }
}
