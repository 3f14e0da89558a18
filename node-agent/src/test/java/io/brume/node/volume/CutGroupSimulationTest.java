package io.brume.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.brume.node.volume.CutGroupSimulation.Faults;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One moment for the snapshots of several volumes; {@code -Dbrume.seed=N} plays one life again. */
class CutGroupSimulationTest {
    private static final long SEEDS = Long.getLong("brume.seeds", 2_000) / 8;
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

    private static void live(Faults faults, boolean grouped, Consumer<CutGroupSimulation> check) {
        Long only = Long.getLong("brume.seed");
        LongStream seeds = only == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(only);
        seeds.parallel()
                .forEach(seed -> {
                    var simulation = new CutGroupSimulation(seed, faults, grouped);
                    try {
                        simulation.run();
                        check.accept(simulation);
                    } catch (AssertionError | RuntimeException e) {
                        throw new AssertionError("-Dbrume.seed=" + seed + ": " + e.getMessage(), e);
                    }
                });
    }

    @Test
    void allAreOfOneMomentAndClientsHardlyWait() {
        live(
                Faults.NONE,
                true,
                life -> {
                    assertThat(life.made()).isPositive();
                    assertThat(life.failed()).isZero();
                    assertThat(life.torn()).isZero();
                    assertThat(Duration.ofNanos(life.longestPauseNanos)).isLessThan(LONGEST);
                });
    }

    /** Words that come 0.8 s apart hold nobody up: changes wait only when all have come. */
    private static final Duration LONGEST = Duration.ofMillis(300);

    @Test
    void storageNodesThatRestartMeanwhileChangeNothing() {
        live(
                Faults.STORAGE,
                true,
                life -> {
                    assertThat(life.failed()).isZero();
                    assertThat(life.torn()).isZero();
                });
    }

    @Test
    void whateverHappensAllAreOfOneMomentOrAllFail() {
        var made = new AtomicLong();
        var failed = new AtomicLong();
        var restarts = new AtomicLong();
        live(
                Faults.ALL,
                true,
                life -> {
                    assertThat(life.torn()).isZero();
                    made.addAndGet(life.made());
                    failed.addAndGet(life.failed());
                    restarts.addAndGet(life.restarts);
                });
        if (Long.getLong("brume.seed") == null) {
            assertThat(restarts.get()).isGreaterThan(SEEDS / 2);
            assertThat(failed.get()).isLessThan(made.get() / 20);
        }
    }

    /** The simulation can tell: cut one by one they are not of one moment. */
    @Test
    void withoutGroupsTheyAreNot() {
        var torn = new AtomicLong();
        live(Faults.NONE, false, life -> torn.addAndGet(life.torn()));
        if (Long.getLong("brume.seed") == null) {
            assertThat(torn.get()).isPositive();
        }
    }
}
