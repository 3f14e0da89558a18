package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.store.memory.MemoryStore;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** One client after another: the store does what a sorted map does. */
class ModelTest {
    @Property(tries = 300)
    void everyAnswerIsTheMaps(@ForAll long seed, @ForAll @IntRange(min = 1, max = 26) int keys) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<String, Cell> model = new TreeMap<>();
        try (Store store = MemoryStore.open()) {
            for (int i = 0; i < 30; i++) {
                boolean fails = random.nextInt(5) == 0;
                String writer = "m" + i;
                List<Step> steps = Step.random(random, keys, true);
                Step.Trace trace = new Step.Trace();
                try {
                    store.update(tx -> run(tx, steps, writer, trace, fails));
                } catch (ArithmeticException e) {
                    assertThat(fails).isTrue();
                }
                for (Step.Trace.Seen seen : trace.seen()) {
                    TreeMap<String, Cell> rows = new TreeMap<>(model);
                    seen.own().forEach((key, value) -> set(rows, key, value));
                    assertThat(seen.observation().holdsIn(rows)).isTrue();
                }
                if (!fails) {
                    trace.writes().forEach((key, value) -> set(model, key, value));
                }
                assertThat(Workload.rows(store)).isEqualTo(model);
            }
        }
    }

    private static void run(
            Transaction tx, List<Step> steps, String writer, Step.Trace trace, boolean fails) {
        steps.forEach(step -> step.run(tx, writer, trace));
        if (fails) {
            throw new ArithmeticException("as told");
        }
    }

    private static void set(NavigableMap<String, Cell> rows, String key, Optional<Cell> value) {
        value.ifPresentOrElse(cell -> rows.put(key, cell), () -> rows.remove(key));
    }
}
