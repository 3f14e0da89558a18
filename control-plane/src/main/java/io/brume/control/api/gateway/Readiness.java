package io.brume.control.api.gateway;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * One thing that must be well before this program can serve.
 *
 * @param name for example {@code store}
 * @param problem what is wrong, for an operator's eyes; empty when nothing is. Called on a virtual
 *     thread at each question; must answer within a second or so.
 */
public record Readiness(String name, Supplier<Optional<String>> problem) {
    public Readiness {
        requireNonNull(name);
        requireNonNull(problem);
    }
}
