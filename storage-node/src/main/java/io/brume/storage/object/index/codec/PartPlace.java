package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/** One row of a list: the part's number, or the run's. */
public record PartPlace(ListPlace list, int number) {
    public PartPlace {
        requireNonNull(list);
    }
}
