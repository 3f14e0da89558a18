package io.brume.store.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.store.History;
import io.brume.store.machine.Commit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The deterministic simulation of RELIABILITY's R14. {@code -Dbrume.seeds=N} runs more seeds,
 * {@code -Dbrume.seed=N} replays one.
 */
class SimulationTest {
    private static final long SEEDS = Long.getLong("brume.seeds", 3_000);

    @Test
    void everySeedIsStrictlySerializableAndEveryMemberAgrees() {
        Long one = Long.getLong("brume.seed");
        long first = one == null ? 1 : one;
        long last = one == null ? SEEDS : one;
        Map<History.End, Integer> ends = new EnumMap<>(History.End.class);
        for (long seed = first; seed <= last; seed++) {
            Simulation simulation = new Simulation(seed, commit -> commit);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dbrume.seed=" + seed, e);
            }
            simulation.history().deeds().forEach(d -> ends.merge(d.end(), 1, Integer::sum));
        }
        if (one == null) {
            // The simulation has to meet every kind of end, or it proves little.
            for (History.End end : History.End.values()) {
                assertThat(ends.getOrDefault(end, 0)).as(end.name()).isGreaterThan((int) SEEDS);
            }
        }
    }

    @Test
    void aSeedReplaysExactly() {
        for (long seed = 1; seed <= 20; seed++) {
            String once = new Simulation(seed, commit -> commit).run();
            assertThat(new Simulation(seed, commit -> commit).run()).isEqualTo(once);
        }
    }

    @Test
    void theCheckerNoticesWhenKeysAreNotChecked() {
        assertThat(noticed(c -> new Commit(c.readRevision(), List.of(), c.ranges(), c.writes())))
                .isTrue();
    }

    @Test
    void theCheckerNoticesWhenRangesAreNotChecked() {
        assertThat(noticed(c -> new Commit(c.readRevision(), c.keys(), List.of(), c.writes())))
                .isTrue();
    }

    @Test
    void theCheckerNoticesAStaleRevisionThatIsTakenForANewOne() {
        assertThat(noticed(c -> new Commit(c.readRevision() + 2, c.keys(), c.ranges(), c.writes())))
                .isTrue();
    }

    private static boolean noticed(UnaryOperator<Commit> tamper) {
        for (long seed = 1; seed <= 300; seed++) {
            try {
                new Simulation(seed, tamper).run();
            } catch (AssertionError e) {
                return true;
            }
        }
        return false;
    }
}
