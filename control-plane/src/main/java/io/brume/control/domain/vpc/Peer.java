package io.brume.control.domain.vpc;

/** The other end of the traffic that a security group's rule allows. */
public sealed interface Peer {
    /** Addresses. */
    record Ipv4(Ipv4Block block) implements Peer {}

    /** Addresses. */
    record Ipv6(Ipv6Block block) implements Peer {}

    /** The members of a group of the same VPC, perhaps the rule's own. */
    record Group(SecurityGroupId id) implements Peer {}
}
