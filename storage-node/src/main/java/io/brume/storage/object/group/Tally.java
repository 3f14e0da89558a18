package io.brume.storage.object.group;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is done for the copies of this node. Thread-safe. */
final class Tally {
    final LongAdder fetched = new LongAdder();
    final LongAdder fetchedBytes = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final LongAdder mended = new LongAdder();
    final LongAdder garbage = new LongAdder();
    final LongAdder handedOver = new LongAdder();
    final LongAdder sweeps = new LongAdder();
    final AtomicLong missing = new AtomicLong();
    final LongAdder scrubbedBytes = new LongAdder();
    final LongAdder scrubs = new LongAdder();

    CopyCounts counts() {
        return new CopyCounts(
                fetched.sum(),
                fetchedBytes.sum(),
                damaged.sum(),
                mended.sum(),
                garbage.sum(),
                handedOver.sum(),
                sweeps.sum(),
                missing.get(),
                scrubbedBytes.sum(),
                scrubs.sum());
    }
}
