package io.brume.store.machine;

import io.brume.store.Bytes;

/** One row as bytes. Immutable, as long as nobody changes the value's array. */
public final class Row {
    private final Bytes key;
    private final byte[] value;

    /** Takes the value's array as it is. */
    public Row(Bytes key, byte[] value) {
        this.key = key;
        this.value = value;
    }

    public Bytes key() {
        return key;
    }

    /** The array itself, which nobody may change. */
    public byte[] value() {
        return value;
    }
}
