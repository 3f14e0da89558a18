package io.brume.node.volume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Which two can reach each other. */
final class SimulatedNetwork {
    private final Set<Pair> cuts = new LinkedHashSet<>();
    private final Map<Pair, List<Runnable>> waiting = new HashMap<>();
    private final Random random;
    int damagedPerThousand;

    SimulatedNetwork(Random random) {
        this.random = random;
    }

    private record Pair(String one, String other) {
        static Pair of(String one, String other) {
            return one.compareTo(other) < 0 ? new Pair(one, other) : new Pair(other, one);
        }
    }

    boolean isCut(String one, String other) {
        return cuts.contains(Pair.of(one, other));
    }

    void cut(String one, String other) {
        cuts.add(Pair.of(one, other));
    }

    void heal(String one, String other) {
        Pair pair = Pair.of(one, other);
        if (cuts.remove(pair)) {
            List<Runnable> late = waiting.remove(pair);
            if (late != null) {
                late.forEach(Runnable::run);
            }
        }
    }

    void healAll() {
        for (Pair pair : new ArrayList<>(cuts)) {
            heal(pair.one, pair.other);
        }
    }

    void whenHealed(String one, String other, Runnable event) {
        waiting.computeIfAbsent(Pair.of(one, other), key -> new ArrayList<>()).add(event);
    }

    boolean damages() {
        return damagedPerThousand > 0 && random.nextInt(1000) < damagedPerThousand;
    }
}
