package io.brume.node.owner;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The owners of all things of one kind, by id. Thread-safe.
 *
 * @param <O> what owns a thing of this kind
 */
public final class Owners<O extends Owner> {
    private final Map<String, O> owners = new ConcurrentHashMap<>();
    private final Function<String, O> maker;

    /**
     * No owners yet.
     *
     * @param maker makes the owner of a thing; it is started here
     */
    public Owners(Function<String, O> maker) {
        this.maker = requireNonNull(maker);
    }

    /** The owner of a thing, made when there is none. */
    public O of(String id) {
        return owners.computeIfAbsent(
                id,
                key -> {
                    O owner = maker.apply(key);
                    owner.start();
                    return owner;
                });
    }

    /** The owner of a thing, if it has one. */
    public Optional<O> get(String id) {
        return Optional.ofNullable(owners.get(id));
    }

    /** The ids of what is owned: a view. */
    public Set<String> ids() {
        return owners.keySet();
    }

    /** A view. */
    public Collection<O> all() {
        return owners.values();
    }

    /** The thing is gone. */
    public void remove(String id) {
        owners.remove(id);
    }

    /** All stop owning. */
    public void close() {
        all().forEach(Owner::close);
    }

    /** Waits for each for so long at most. */
    public void join(Duration most) throws InterruptedException {
        for (O owner : all()) {
            owner.join(most);
        }
    }
}
