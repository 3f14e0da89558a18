package io.brume.common.policy;

import java.util.List;
import java.util.function.Predicate;

/**
 * What a statement is about: these, or all but these.
 *
 * @param negated of {@code NotAction} and {@code NotResource}
 * @param patterns at least one
 */
public record Selection<T>(boolean negated, List<T> patterns) {
    public Selection {
        patterns = List.copyOf(patterns);
    }

    boolean selects(Predicate<T> matches) {
        return negated != patterns.stream().anyMatch(matches);
    }
}
