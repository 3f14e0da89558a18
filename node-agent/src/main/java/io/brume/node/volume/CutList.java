package io.brume.node.volume;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Which snapshots are wanted of a volume, and which are cut. On the loop. */
final class CutList {
    private final BiConsumer<String, Consumer<Boolean>> cut;
    private final Set<String> done = new LinkedHashSet<>();
    private final Set<String> underWay = new HashSet<>();

    /**
     * @param cut makes one, and tells whether it is made
     */
    CutList(BiConsumer<String, Consumer<Boolean>> cut) {
        this.cut = cut;
    }

    List<String> done() {
        return List.copyOf(done);
    }

    /**
     * The replicas are open. A cut that only some of them know was cut short, unless all have the
     * same last change: then those that do not know it were rebuilt since.
     */
    void opened(List<String> wanted, List<ReplicaSlot> members) {
        long first = members.getFirst().opening().lastSequence();
        boolean same = true;
        for (ReplicaSlot member : members) {
            same &= member.opening().lastSequence() == first;
        }
        for (String snapshot : wanted) {
            int known = 0;
            for (ReplicaSlot member : members) {
                if (member.opening().cuts().contains(snapshot)) {
                    known++;
                }
            }
            if (known == members.size() || (known > 0 && same)) {
                done.add(snapshot);
            }
        }
        want(wanted);
    }

    void want(List<String> wanted) {
        done.retainAll(wanted);
        for (String snapshot : new ArrayList<>(wanted)) {
            if (!done.contains(snapshot) && underWay.add(snapshot)) {
                cut.accept(
                        snapshot,
                        made -> {
                            underWay.remove(snapshot);
                            if (made) {
                                done.add(snapshot);
                            }
                        });
            }
        }
    }
}
