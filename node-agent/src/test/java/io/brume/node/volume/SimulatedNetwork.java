package io.brume.node.volume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Which two can reach each other. */
final class SimulatedNetwork {
    private final Set<String> cuts = new HashSet<>();
    private final Map<String, List<Runnable>> waiting = new HashMap<>();
    private final Random random;
    int damagedPerThousand;

    SimulatedNetwork(Random random) {
        this.random = random;
    }

    private static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + "|" + other : other + "|" + one;
    }

    boolean isCut(String one, String other) {
        return cuts.contains(pair(one, other));
    }

    void cut(String one, String other) {
        cuts.add(pair(one, other));
    }

    void heal(String one, String other) {
        String pair = pair(one, other);
        if (cuts.remove(pair)) {
            List<Runnable> late = waiting.remove(pair);
            if (late != null) {
                late.forEach(Runnable::run);
            }
        }
    }

    void healAll() {
        for (String pair : new ArrayList<>(cuts)) {
            String[] ends = pair.split("\\|", -1);
            heal(ends[0], ends[1]);
        }
    }

    void whenHealed(String one, String other, Runnable event) {
        waiting.computeIfAbsent(pair(one, other), key -> new ArrayList<>()).add(event);
    }

    boolean damages() {
        return damagedPerThousand > 0 && random.nextInt(1000) < damagedPerThousand;
    }
}
