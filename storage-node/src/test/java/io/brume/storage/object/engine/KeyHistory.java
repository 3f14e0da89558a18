package io.brume.storage.object.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was done to one key, and whether there is an order of it that explains every answer and in
 * which what ended before something else began comes first: whether it is linearizable. The object
 * is known by the name of what it holds, which no two puts share.
 *
 * <p>Source: Wing and Gong, Testing and Verifying Concurrent Objects (1993); states that were
 * reached before are not searched again, as Lowe has it.
 */
final class KeyHistory {
    /** What is asked of a key, and what the answer requires and makes. */
    sealed interface Deed {
        /** Whether a state explains the answer. */
        boolean explains(@Nullable String state);

        /** What comes after it. */
        @Nullable String after(@Nullable String state);

        /** What was there. */
        record Saw(@Nullable String content) implements Deed {
            @Override
            public boolean explains(@Nullable String state) {
                return Objects.equals(state, content);
            }

            @Override
            public @Nullable String after(@Nullable String state) {
                return state;
            }
        }

        /** Without a condition. */
        record Put(String content) implements Deed {
            @Override
            public boolean explains(@Nullable String state) {
                return true;
            }

            @Override
            public String after(@Nullable String state) {
                return content;
            }
        }

        /** On the condition that there is this, or nothing; otherwise the condition failed. */
        record PutIf(String content, @Nullable String found, boolean held) implements Deed {
            @Override
            public boolean explains(@Nullable String state) {
                return Objects.equals(state, found) == held;
            }

            @Override
            public @Nullable String after(@Nullable String state) {
                return held ? content : state;
            }
        }

        record Delete() implements Deed {
            @Override
            public boolean explains(@Nullable String state) {
                return true;
            }

            @Override
            public @Nullable String after(@Nullable String state) {
                return null;
            }
        }
    }

    /**
     * A deed and when it was.
     *
     * @param ended for one whose end nobody knows, after everything; it may never have happened
     */
    record Call(Deed deed, long began, long ended) {
        static final long NEVER = Long.MAX_VALUE;

        boolean isKnown() {
            return ended != NEVER;
        }
    }

    private record Point(BitSet done, @Nullable String state) {}

    private final List<Call> calls = new ArrayList<>();

    synchronized void add(Call call) {
        calls.add(call);
    }

    synchronized int size() {
        return calls.size();
    }

    /** Whether an order explains it all. */
    synchronized boolean isLinearizable() {
        List<Call> sorted = new ArrayList<>(calls);
        sorted.sort(Comparator.comparingLong(Call::began));
        return new Search(sorted).run();
    }

    @Override
    public synchronized String toString() {
        List<Call> sorted = new ArrayList<>(calls);
        sorted.sort(Comparator.comparingLong(Call::began));
        StringBuilder text = new StringBuilder();
        sorted.forEach(call -> text.append(call).append('\n'));
        return text.toString();
    }

    private static final class Search {
        private final List<Call> calls;
        private final Set<Point> seen = new HashSet<>();
        private final BitSet done = new BitSet();

        Search(List<Call> calls) {
            this.calls = calls;
        }

        /** One step of the search: what is tried next from a state. */
        private static final class Step {
            final @Nullable String state;
            final int chosen;
            int next;

            Step(@Nullable String state, int chosen, int next) {
                this.state = state;
                this.chosen = chosen;
                this.next = next;
            }
        }

        boolean run() {
            List<Step> path = new ArrayList<>();
            path.add(new Step(null, -1, 0));
            while (!path.isEmpty()) {
                Step step = path.getLast();
                if (isExplained()) {
                    return true;
                }
                Step deeper = deeper(step);
                if (deeper != null) {
                    path.add(deeper);
                } else {
                    path.removeLast();
                    if (step.chosen >= 0) {
                        done.clear(step.chosen);
                    }
                }
            }
            return false;
        }

        private boolean isExplained() {
            for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
                if (calls.get(i).isKnown()) {
                    return false;
                }
            }
            return true;
        }

        /** The next call that may come now and explains its answer; null when there is none. */
        private @Nullable Step deeper(Step step) {
            long firstEnd = firstEnd();
            int first = done.nextClearBit(0);
            for (int i = Math.max(step.next, first); i < calls.size(); i++) {
                Call call = calls.get(i);
                if (call.began() > firstEnd) {
                    break;
                }
                if (done.get(i) || !call.deed().explains(step.state)) {
                    continue;
                }
                String after = call.deed().after(step.state);
                done.set(i);
                if (seen.add(new Point((BitSet) done.clone(), after))) {
                    step.next = i + 1;
                    return new Step(after, i, 0);
                }
                done.clear(i);
            }
            step.next = calls.size();
            return null;
        }

        /** Nothing that began later than this may come before what ended then. */
        private long firstEnd() {
            long end = Call.NEVER;
            for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
                if (calls.get(i).began() > end) {
                    break;
                }
                end = Math.min(end, calls.get(i).ended());
            }
            return end;
        }
    }
}
