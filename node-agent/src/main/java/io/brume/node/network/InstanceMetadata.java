package io.brume.node.network;

import java.util.List;
import java.util.Map;

/**
 * What an instance learns at 169.254.169.254.
 *
 * @param vpcId with {@code privateIp}, who is asking
 * @param userData at most 16384 bytes; empty = none
 * @param tokensRequired IMDSv2 only
 * @param hopLimit the IP time-to-live of answers to a token request, 1 to 64
 * @param pendingTime RFC 3339, when the launch was accepted
 */
public record InstanceMetadata(
        String instanceId,
        String accountId,
        String vpcId,
        String privateIp,
        String publicIp,
        String publicHostName,
        String mac,
        String networkInterfaceId,
        String subnetId,
        String subnetCidr,
        String vpcCidr,
        String imageId,
        String instanceType,
        String architecture,
        String reservationId,
        int launchIndex,
        String hostName,
        String region,
        String zone,
        String zoneId,
        List<String> securityGroupNames,
        List<String> securityGroupIds,
        byte[] userData,
        List<PublicKey> publicKeys,
        Map<String, String> tags,
        boolean tagsEnabled,
        boolean endpointEnabled,
        boolean tokensRequired,
        int hopLimit,
        String pendingTime,
        List<BlockDevice> blockDevices) {
    /** One line of authorized_keys, and its key pair's name. */
    public record PublicKey(String name, String openssh) {}

    /** For example {@code root} and {@code /dev/xvda}. */
    public record BlockDevice(String virtualName, String deviceName) {}
}
