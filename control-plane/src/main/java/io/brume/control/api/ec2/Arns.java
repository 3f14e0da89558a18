package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.ResourceId;

/** The ARNs of EC2's resources. */
final class Arns {
    private final Region region;

    Arns(Region region) {
        this.region = requireNonNull(region);
    }

    String of(AccountId account, String type, ResourceId id) {
        return "arn:aws:ec2:%s:%s:%s/%s".formatted(region.name(), account, type, id.value());
    }
}
