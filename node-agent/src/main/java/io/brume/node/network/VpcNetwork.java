package io.brume.node.network;

import java.io.IOException;
import java.util.Set;

/**
 * The networks of this host: one isolated router per VPC that has a member here.
 *
 * <p>Calls may block for tens of milliseconds and are made from virtual threads; calls for one VPC
 * come from one thread at a time. Every call is idempotent, and {@link #apply} heals what somebody
 * else has broken.
 */
public interface VpcNetwork {
    /** The VPCs that this host has anything of, also from before the agent was started. */
    Set<String> vpcs();

    /**
     * Makes the host's part of a VPC exactly this: namespace, interfaces, addresses, filters, DHCP,
     * metadata. Filters change in one step; connections that are no longer allowed are cut.
     */
    void apply(VpcTopology topology) throws IOException;

    /** Removes the host's part of a VPC. Its guests must be gone. */
    void remove(String vpcId) throws IOException;

    /** The namespace that guests of this VPC run in. */
    String namespace(String vpcId);

    /** The tap device of an interface, made by {@link #apply}. */
    String tap(String networkInterfaceId);

    /** Tells the metadata service what an instance is to learn; replaces what was told before. */
    void describe(InstanceMetadata metadata);

    /** The metadata service forgets an instance. */
    void forget(String instanceId);
}
