package io.brume.control.domain.vpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import java.time.Instant;

/**
 * An isolated network of one account.
 *
 * @param number unique in the region, 1 to 16777215: its VXLAN network identifier
 * @param dnsSupport whether the resolver at .2 answers
 * @param dnsHostnames whether public addresses get names
 */
public record Vpc(
        AccountId account,
        VpcId id,
        int number,
        Ipv4Block block,
        boolean isDefault,
        boolean dnsSupport,
        boolean dnsHostnames,
        Instant created) {
    public static final int MAX_NUMBER = 0xff_ffff;

    public Vpc {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(block);
        requireNonNull(created);
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("not a VPC's number: " + number);
        }
    }

    public Owned<VpcId> key() {
        return new Owned<>(account, id);
    }
}
