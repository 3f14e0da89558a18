package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.Region;
import io.brume.control.fleet.Chunks;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.DataKeys;
import io.brume.control.state.MasterKey;
import io.brume.store.Store;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * What the EBS direct APIs need from the rest of the cloud.
 *
 * @param masterKey seals what clients hand back
 * @param keys what snapshots are encrypted with
 * @param chunks talks to storage nodes
 * @param capacity knows the storage nodes
 * @param copies how many nodes are to keep a snapshot, where there are so many
 * @param nodePatience how long a node may take to hear of a snapshot that is being written, or to
 *     come back, before it loses it
 * @param random makes ids
 */
public record EbsParts(
        Store store,
        Region region,
        MasterKey masterKey,
        DataKeys keys,
        Chunks chunks,
        StorageCapacity capacity,
        int copies,
        Duration nodePatience,
        SecureRandom random,
        Time time) {
    /** A node that is started again is back in a few seconds. */
    public static final Duration NODE_PATIENCE = Duration.ofSeconds(20);

    public EbsParts {
        requireNonNull(store);
        requireNonNull(region);
        requireNonNull(masterKey);
        requireNonNull(keys);
        requireNonNull(chunks);
        requireNonNull(capacity);
        requireNonNull(nodePatience);
        requireNonNull(random);
        requireNonNull(time);
    }
}
