package io.brume.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.rollback.Rollback;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final List<String> stopped = new ArrayList<>();

    @Test
    void stopsInReverseOnce() throws Exception {
        var life = new Lifecycle("test");
        life.start("a", () -> () -> stopped.add("a"));
        life.start(
                "b",
                () ->
                        () -> {
                            stopped.add("b");
                            throw new IOException("does not matter");
                        });
        life.start("c", () -> () -> stopped.add("c"));
        life.close();
        life.close();
        life.awaitEnd();
        assertThat(stopped).containsExactly("c", "b", "a");
        life.onStop("late", () -> stopped.add("late"));
        assertThat(stopped).endsWith("late");
    }

    @Test
    void aPartThatDoesNotStartStopsTheRest() throws Exception {
        var life = new Lifecycle("test");
        life.start("a", () -> () -> stopped.add("a"));
        assertThatThrownBy(() ->
                        life.<AutoCloseable>start(
                                "b",
                                () -> {
                                    throw new IOException("port in use");
                                }))
                .hasMessage("port in use");
        assertThat(stopped).containsExactly("a");
    }

    @Test
    void rollsBackUnlessCommitted() {
        try (var rollback = new Rollback("test")) {
            rollback.add("first", () -> stopped.add("first"));
            rollback.add(
                    "failing",
                    () -> {
                        throw new IOException("cannot undo");
                    });
            rollback.add("last", () -> stopped.add("last"));
        }
        assertThat(stopped).containsExactly("last", "first");
        try (var rollback = new Rollback("test")) {
            rollback.add("never", () -> stopped.add("never"));
            rollback.commit();
        }
        assertThat(stopped).hasSize(2);
    }
}
