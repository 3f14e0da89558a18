package io.brume.control.store.machine;

import io.brume.control.store.Bytes;

/**
 * One row as bytes.
 *
 * @param value nobody may change it
 */
public record Row(Bytes key, byte[] value) {}
