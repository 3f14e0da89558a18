package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Pager;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.image.ImageSources;
import io.brume.control.fleet.Fleet;
import io.brume.control.scheduler.Capacity;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.store.Store;
import java.security.SecureRandom;

/**
 * What EC2's front door needs from the rest of the cloud.
 *
 * @param operator the account whose public images are the cloud's own ("amazon")
 * @param imageSources where images may be read from
 * @param random makes ids and keys
 * @param interfaces makes network interfaces
 * @param capacity finds hosts for instances
 * @param fleet asks hosts for consoles
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
        Pager pager) {
    public Ec2Parts {
        requireNonNull(store);
        requireNonNull(region);
        requireNonNull(operator);
        requireNonNull(imageSources);
        requireNonNull(random);
        requireNonNull(interfaces);
        requireNonNull(capacity);
        requireNonNull(fleet);
        requireNonNull(pager);
    }
}
