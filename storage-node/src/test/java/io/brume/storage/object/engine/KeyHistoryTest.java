package io.brume.storage.object.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.engine.KeyHistory.Call;
import io.brume.storage.object.engine.KeyHistory.Deed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The judge of histories finds what is wrong, and nothing else. */
final class KeyHistoryTest {
    private final KeyHistory history = new KeyHistory();

    private void did(Deed deed, long began, long ended) {
        history.add(new Call(deed, began, ended));
    }

    private static Deed put(String content) {
        return new Deed.Put(content);
    }

    private static Deed saw(@Nullable String content) {
        return new Deed.Saw(content);
    }

    @Test
    void aLostWriteIsFound() {
        did(put("a"), 1, 2);
        did(put("b"), 3, 4);
        did(saw("b"), 5, 6);
        assertThat(history.isLinearizable()).isTrue();
        did(saw("a"), 7, 8);
        assertThat(history.isLinearizable()).isFalse();
    }

    @Test
    void whatOverlapsMayComeInAnyOrderButInOne() {
        did(put("a"), 1, 10);
        did(put("b"), 2, 9);
        did(saw("a"), 11, 12);
        assertThat(history.isLinearizable()).isTrue();
        did(saw("b"), 13, 14);
        assertThat(history.isLinearizable()).isFalse();
    }

    @Test
    void whatNobodyKnowsTheEndOfMayHaveHappenedLateOrNever() {
        did(put("a"), 1, 2);
        did(put("b"), 3, Call.NEVER);
        did(saw("a"), 4, 5);
        assertThat(history.isLinearizable()).isTrue();
        did(saw("b"), 6, 7);
        assertThat(history.isLinearizable()).isTrue();
        did(saw("a"), 8, 9);
        assertThat(history.isLinearizable()).isFalse();
    }

    @Test
    void twoWinnersAreFound() {
        did(new Deed.PutIf("a", null, true), 1, 10);
        did(new Deed.PutIf("b", null, false), 2, 9);
        assertThat(history.isLinearizable()).isTrue();
        did(new Deed.PutIf("c", null, true), 3, 8);
        assertThat(history.isLinearizable()).isFalse();
    }

    @Test
    void aDeletedThingThatComesBackIsFound() {
        did(put("a"), 1, 2);
        did(new Deed.Delete(), 3, 4);
        did(saw(null), 5, 6);
        assertThat(history.isLinearizable()).isTrue();
        did(saw("a"), 7, 8);
        assertThat(history.isLinearizable()).isFalse();
    }
}
