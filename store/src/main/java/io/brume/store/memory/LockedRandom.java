package io.brume.store.memory;

import java.util.random.RandomGenerator;

/** A random source that many threads may use. */
record LockedRandom(RandomGenerator random) implements RandomGenerator {
    @Override
    public long nextLong() {
        synchronized (random) {
            return random.nextLong();
        }
    }
}
