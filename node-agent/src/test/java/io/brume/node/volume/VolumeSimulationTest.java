package io.brume.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Thousands of small lives of a volume, each from a seed (docs/design/0002-block-volumes.md): one
 * that fails is played again by {@code -Dbrume.seed=N}.
 */
class VolumeSimulationTest {
    private static final long SEEDS = Long.getLong("brume.seeds", 2_000);
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.brume.node.volume");

    /** Every failure that is played would be told. */
    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.ERROR);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(null);
    }

    @Test
    void nothingAnsweredIsLostOrWrongAndEverythingRecovers() {
        live(false);
    }

    @Test
    void theSameWhenBlocksAreEncrypted() {
        live(true);
    }

    private static void live(boolean encrypted) {
        Long only = Long.getLong("brume.seed");
        var reads = new AtomicLong();
        var writes = new AtomicLong();
        var failovers = new AtomicLong();
        var removals = new AtomicLong();
        var stale = new AtomicLong();
        var direct = new AtomicLong();
        LongStream seeds = only == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(only);
        seeds.parallel()
                .forEach(seed -> {
                    var simulation = new VolumeSimulation(seed, encrypted);
                    try {
                        simulation.run();
                    } catch (AssertionError | RuntimeException e) {
                        throw new AssertionError("-Dbrume.seed=" + seed + ": " + e.getMessage(), e);
                    }
                    reads.addAndGet(simulation.model().reads);
                    writes.addAndGet(simulation.model().writes);
                    failovers.addAndGet(simulation.failovers);
                    removals.addAndGet(simulation.removals());
                    stale.addAndGet(simulation.staleRefusals());
                    direct.addAndGet(simulation.directReads());
                });
        // A simulation in which nothing happens proves nothing.
        if (only == null) {
            assertThat(reads.get()).isGreaterThan(SEEDS * 20);
            assertThat(writes.get()).isGreaterThan(SEEDS * 20);
            assertThat(failovers.get()).isGreaterThan(SEEDS / 4);
            assertThat(removals.get()).isGreaterThan(SEEDS / 4);
            assertThat(stale.get()).isPositive();
            assertThat(direct.get()).isGreaterThan(SEEDS * 10);
        }
    }
}
