package io.brume.control.api.ec2;

import io.brume.control.domain.Owned;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;

/** Security groups as interfaces and instances show them. Stateless. */
final class GroupIdentifiers {
    private GroupIdentifiers() {}

    static GroupIdentifier of(SecurityGroup group) {
        return GroupIdentifier.builder()
                .groupId(group.id().value())
                .groupName(group.name())
                .build();
    }

    /** The groups that an interface is in. */
    static List<GroupIdentifier> of(ReadTransaction tx, NetworkInterface nic) {
        return nic.securityGroups().stream()
                .map(id -> new Owned<>(nic.account(), id))
                .flatMap(key -> Stream.ofNullable(tx.get(VpcTables.SECURITY_GROUPS, key)))
                .map(GroupIdentifiers::of)
                .toList();
    }
}
