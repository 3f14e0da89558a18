package io.brume.store.machine;

import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a transaction asks of the machine: apply these writes if nothing of this has changed since
 * that revision.
 *
 * @param readRevision the revision of the snapshot that was read
 * @param keys the keys that were read
 * @param ranges the ranges that were read
 * @param writes what to set and (absent) to delete, in key order
 */
public record Commit(
        long readRevision,
        List<Bytes> keys,
        List<KeyRange<Bytes>> ranges,
        Map<Bytes, Optional<byte[]>> writes) {}
