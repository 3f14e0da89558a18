package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises to one client at a time. */
abstract class StoreContract {
    private Store store;

    abstract Store open() throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    private static Fruit.Key key(String account, String id) {
        return new Fruit.Key(account, id);
    }

    private void put(String account, String id, String colour, int count) {
        store.update(tx -> {
            tx.put(Fruit.TABLE, key(account, id), new Fruit(account, colour, count));
        });
    }

    private @Nullable Fruit get(String account, String id) {
        return store.<@Nullable Fruit>view(tx -> tx.get(Fruit.TABLE, key(account, id)));
    }

    private static List<String> ids(List<Entry<Fruit.Key, Fruit>> found) {
        return found.stream().map(entry -> entry.key().account() + "/" + entry.key().id()).toList();
    }

    @Test
    void aCommitIsSeenByTheNextView() {
        put("1", "a", "red", 3);
        assertThat(get("1", "a")).isEqualTo(new Fruit("1", "red", 3));
        assertThat(get("1", "b")).isNull();
    }

    @Test
    void aTransactionSeesItsOwnChangesAndNobodyElseDoesWhenItFails() {
        put("1", "a", "red", 1);
        put("1", "c", "red", 1);
        assertThatThrownBy(() ->
                        store.update(tx -> {
                            tx.put(Fruit.TABLE, key("1", "b"), new Fruit("1", "red", 2));
                            tx.delete(Fruit.TABLE, key("1", "a"));
                            assertThat(ids(tx.scan(Fruit.TABLE, KeyRange.all(), 10)))
                                    .containsExactly("1/b", "1/c");
                            assertThat(ids(tx.lookup(Fruit.TABLE, Fruit.BY_COLOUR, "red", 1)))
                                    .containsExactly("1/b");
                            throw new IllegalArgumentException("no");
                        }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ids(store.view(tx -> tx.scan(Fruit.TABLE, KeyRange.all(), 10))))
                .containsExactly("1/a", "1/c");
    }

    @Test
    void rangesAndPagesFollowTheOrderOfTheKeys() {
        put("1", "b", "red", 1);
        put("1", "a", "red", 1);
        put("2", "a", "red", 1);
        put("10", "z", "red", 1);
        KeyRange<Fruit.Key> ofOne = Fruit.KEY.startingWith("1");
        assertThat(ids(store.view(tx -> tx.scan(Fruit.TABLE, ofOne, 10))))
                .containsExactly("1/a", "1/b");
        assertThat(
                        ids(
                                store.view(tx ->
                                        tx.scan(
                                                Fruit.TABLE,
                                                ofOne.after(Fruit.KEY, key("1", "a")),
                                                10))))
                .containsExactly("1/b");
        long all = store.view(tx -> tx.stream(Fruit.TABLE, KeyRange.all()).count());
        assertThat(all).isEqualTo(4);
    }

    @Test
    void indexesFollowTheRows() {
        put("1", "a", "red", 5);
        put("1", "b", "green", 7);
        put("2", "c", "red", 0);
        assertThat(lookup("red")).containsExactly("1/a", "2/c");
        put("1", "a", "green", 6);
        assertThat(lookup("red")).containsExactly("2/c");
        assertThat(lookup("green")).containsExactly("1/a", "1/b");
        assertThat(
                        ids(
                                store.view(tx ->
                                        tx.lookup(
                                                Fruit.TABLE,
                                                Fruit.BY_COLOUR,
                                                "green",
                                                key("1", "a"),
                                                5))))
                .containsExactly("1/b");
        assertThat(
                        ids(
                                store.view(tx ->
                                        tx.scan(
                                                Fruit.TABLE,
                                                Fruit.BY_COUNT,
                                                KeyCodec.int32().range(6, 8),
                                                5))))
                .containsExactly("1/a", "1/b");
        store.update(tx -> {
            tx.delete(Fruit.TABLE, key("1", "b"));
        });
        assertThat(lookup("green")).containsExactly("1/a");
    }

    private List<String> lookup(String colour) {
        return ids(store.view(tx -> tx.lookup(Fruit.TABLE, Fruit.BY_COLOUR, colour, 10)));
    }

    @Test
    void aWatchTellsEveryChangeInOrder() {
        put("1", "a", "red", 1);
        List<String> told = new CopyOnWriteArrayList<>();
        try (Watch watch =
                store.watch(
                        Fruit.NAMES,
                        store.revision(),
                        event -> {
                            switch (event) {
                                case WatchEvent.Changed<String, String> changed ->
                                        changed.changes()
                                                .forEach(c -> told.add(c.key() + "=" + c.value()));
                                case WatchEvent.Resync<String, String> ignored ->
                                        told.add("resync");
                            }
                        })) {
            for (String value : List.of("x", "y")) {
                store.update(tx -> {
                    tx.put(Fruit.NAMES, "n", value);
                });
            }
            put("1", "b", "red", 1);
            store.update(tx -> {
                tx.delete(Fruit.NAMES, "n");
            });
            Awaitility.await()
                    .untilAsserted(() -> assertThat(told).containsExactly("n=x", "n=y", "n=null"));
        }
    }

    @Test
    void aTransactionThatHasEndedReadsNothing() {
        ReadTransaction[] kept = new ReadTransaction[1];
        store.view(tx -> kept[0] = tx);
        assertThatThrownBy(() -> kept[0].get(Fruit.NAMES, "n"))
                .isInstanceOf(IllegalStateException.class);
    }
}
