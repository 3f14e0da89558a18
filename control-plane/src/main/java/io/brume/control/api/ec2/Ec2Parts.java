package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Pager;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.image.ImageSources;
import io.brume.control.fleet.Fleet;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.DataKeys;
import io.brume.control.state.NetworkInterfaces;
import io.brume.store.Store;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * What EC2's front door needs from the rest of the cloud.
 *
 * @param operator the account whose public images are the cloud's own ("amazon")
 * @param imageSources where images may be read from
 * @param random makes ids and keys
 * @param interfaces makes network interfaces
 * @param capacity finds hosts for instances
 * @param fleet asks hosts for consoles
 * @param volumes finds storage nodes for volumes
 */
public record Ec2Parts(
        Store store,
        Region region,
        AccountId operator,
        ImageSources imageSources,
        SecureRandom random,
        NetworkInterfaces interfaces,
        Capacity capacity,
        Fleet fleet,
        VolumeParts volumes,
        Pager pager) {
    /**
     * What volumes need.
     *
     * @param copies how many replicas a new volume has, where there are nodes for them
     * @param modificationPause how long after a modification a volume cannot be modified again
     * @param keys makes and opens the keys that volumes are encrypted with
     */
    public record VolumeParts(
            StorageCapacity capacity, int copies, Duration modificationPause, DataKeys keys) {
        public VolumeParts {
            requireNonNull(capacity);
            requireNonNull(keys);
            requireNonNull(modificationPause);
        }
    }

    public Ec2Parts {
        requireNonNull(store);
        requireNonNull(region);
        requireNonNull(operator);
        requireNonNull(imageSources);
        requireNonNull(random);
        requireNonNull(interfaces);
        requireNonNull(capacity);
        requireNonNull(fleet);
        requireNonNull(volumes);
        requireNonNull(pager);
    }
}
