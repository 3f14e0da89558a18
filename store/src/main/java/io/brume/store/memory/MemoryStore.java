package io.brume.store.memory;

import io.brume.store.Store;
import io.brume.store.commit.LoggedStore;
import io.brume.store.commit.Replica;
import io.brume.store.commit.Retries;
import java.util.SplittableRandom;

/** Opens stores that live in memory and end with the program. */
public final class MemoryStore {
    private MemoryStore() {}

    /** An empty store. Its pauses between attempts are drawn from a fixed seed. */
    public static Store open() {
        Replica replica = new Replica(new MemoryRows());
        return new LoggedStore(
                new LocalLog(replica),
                replica,
                directory -> {
                    throw new UnsupportedOperationException("a store in memory has no backup");
                },
                new LockedRandom(new SplittableRandom(1)),
                Retries.DEFAULT,
                "memory");
    }
}
