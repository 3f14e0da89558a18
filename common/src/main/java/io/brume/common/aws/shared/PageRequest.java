package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A page that was asked for: {@link Pager} opens it, {@link #of} or {@link #cut} fills it.
 * Immutable.
 */
public final class PageRequest {
    private final Pager pager;
    private final String context;
    private final String after;
    private final int size;

    PageRequest(Pager pager, String context, String after, int size) {
        this.pager = requireNonNull(pager);
        this.context = requireNonNull(context);
        this.after = requireNonNull(after);
        this.size = size;
    }

    /** The key of the last item of the page before; the empty text at the start. */
    public String after() {
        return after;
    }

    /** How many items the page may have; {@link Integer#MAX_VALUE} for all. */
    public int size() {
        return size;
    }

    /**
     * The page out of all items, in the order of their keys.
     *
     * @param key what an item is known by, unique and never empty: its id
     */
    public <T> Page<T> of(Collection<T> all, Function<? super T, String> key) {
        var rest =
                all.stream()
                        .filter(item -> key.apply(item).compareTo(after) > 0)
                        .sorted(Comparator.comparing(key))
                        .limit(size == Integer.MAX_VALUE ? size : size + 1L)
                        .toList();
        return cut(rest, key);
    }

    /**
     * The page out of items read from a store: those after {@link #after()}, in the order of their
     * keys, one more than {@link #size()} if there are as many.
     */
    public <T> Page<T> cut(List<T> rest, Function<? super T, String> key) {
        if (rest.size() <= size) {
            return new Page<>(rest, null);
        }
        var items = rest.subList(0, size);
        return new Page<>(items, pager.seal(key.apply(items.getLast()), context));
    }
}
