package io.brume.storage.block;

import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * What all replicas of a store share.
 *
 * @param applyBuffer a direct buffer of a chunk; the applying thread's own
 * @param sharedKibibytes that replicas may show to coordinators of this host
 */
record BlockStoreParts(
        BlockOptions options,
        RandomGenerator random,
        ByteBuffer applyBuffer,
        Semaphore sharedKibibytes) {}
