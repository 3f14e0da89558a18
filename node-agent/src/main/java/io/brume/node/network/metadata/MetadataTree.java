package io.brume.node.network.metadata;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.brume.node.network.InstanceMetadata;
import io.brume.node.network.InstanceMetadata.BlockDevice;
import io.brume.node.network.InstanceMetadata.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything one instance may read, below the version in the path: leaves by path, and what a
 * folder's listing says. Immutable once made.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html">instance
 * metadata categories</a>, and what cloud-init's EC2 data source reads.
 */
final class MetadataTree {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Map<String, byte[]> leaves = new HashMap<>();
    private final Map<String, SortedSet<String>> folders = new HashMap<>();

    private MetadataTree() {}

    static MetadataTree of(InstanceMetadata metadata) {
        var tree = new MetadataTree();
        tree.instance(metadata);
        tree.link(metadata);
        tree.keys(metadata.publicKeys());
        tree.extras(metadata);
        if (metadata.userData().length > 0) {
            tree.leaf("user-data", metadata.userData().clone());
        }
        tree.leaf("dynamic/instance-identity/document", document(metadata));
        return tree;
    }

    /** A leaf's bytes, or a folder's listing; a path without slashes at its ends. */
    Optional<byte[]> read(String path) {
        byte[] leaf = leaves.get(path);
        if (leaf != null) {
            return Optional.of(leaf);
        }
        SortedSet<String> entries = folders.get(path);
        return entries == null ? Optional.empty() : Optional.of(bytes(String.join("\n", entries)));
    }

    private void instance(InstanceMetadata metadata) {
        data("ami-id", metadata.imageId());
        data("ami-launch-index", Integer.toString(metadata.launchIndex()));
        data("ami-manifest-path", "(unknown)");
        data("hostname", metadata.hostName());
        data("instance-action", "none");
        data("instance-id", metadata.instanceId());
        data("instance-life-cycle", "on-demand");
        data("instance-type", metadata.instanceType());
        data("local-hostname", metadata.hostName());
        data("local-ipv4", metadata.privateIp());
        data("mac", metadata.mac());
        data("placement/availability-zone", metadata.zone());
        data("placement/availability-zone-id", metadata.zoneId());
        data("placement/region", metadata.region());
        data("profile", "default-hvm");
        data("reservation-id", metadata.reservationId());
        data("security-groups", String.join("\n", metadata.securityGroupNames()));
        data("services/domain", "amazonaws.com");
        data("services/partition", "aws");
        if (!metadata.publicIp().isEmpty()) {
            data("public-hostname", metadata.publicHostName());
            data("public-ipv4", metadata.publicIp());
        }
    }

    private void link(InstanceMetadata metadata) {
        String base = "network/interfaces/macs/" + metadata.mac() + "/";
        data(base + "device-number", "0");
        data(base + "interface-id", metadata.networkInterfaceId());
        data(base + "local-hostname", metadata.hostName());
        data(base + "local-ipv4s", metadata.privateIp());
        data(base + "mac", metadata.mac());
        data(base + "owner-id", metadata.accountId());
        data(base + "security-groups", String.join("\n", metadata.securityGroupNames()));
        data(base + "security-group-ids", String.join("\n", metadata.securityGroupIds()));
        data(base + "subnet-id", metadata.subnetId());
        data(base + "subnet-ipv4-cidr-block", metadata.subnetCidr());
        data(base + "vpc-id", metadata.vpcId());
        data(base + "vpc-ipv4-cidr-block", metadata.vpcCidr());
        data(base + "vpc-ipv4-cidr-blocks", metadata.vpcCidr());
        if (!metadata.publicIp().isEmpty()) {
            data(base + "public-hostname", metadata.publicHostName());
            data(base + "public-ipv4s", metadata.publicIp());
            data(base + "ipv4-associations/" + metadata.publicIp(), metadata.privateIp());
        }
    }

    /** The listing names the key pairs ({@code 0=name}), the folders only have the numbers. */
    private void keys(List<PublicKey> keys) {
        for (int i = 0; i < keys.size(); i++) {
            leaf(
                    "meta-data/public-keys/" + i + "/openssh-key",
                    bytes(keys.get(i).openssh().strip()));
            SortedSet<String> entries = folder("meta-data/public-keys");
            entries.remove(i + "/");
            entries.add(i + "=" + keys.get(i).name());
        }
    }

    private void extras(InstanceMetadata metadata) {
        for (BlockDevice device : metadata.blockDevices()) {
            data("block-device-mapping/" + device.virtualName(), device.deviceName());
        }
        if (metadata.tagsEnabled()) {
            metadata.tags().forEach((key, value) -> data("tags/instance/" + key, value));
        }
    }

    private static byte[] document(InstanceMetadata metadata) {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("accountId", metadata.accountId());
        fields.put("architecture", metadata.architecture());
        fields.put("availabilityZone", metadata.zone());
        fields.put("imageId", metadata.imageId());
        fields.put("instanceId", metadata.instanceId());
        fields.put("instanceType", metadata.instanceType());
        fields.put("pendingTime", metadata.pendingTime());
        fields.put("privateIp", metadata.privateIp());
        fields.put("region", metadata.region());
        fields.put("version", "2017-09-30");
        var document = JSON.createObjectNode();
        fields.forEach((name, value) -> document.put(name, value.toString()));
        for (String name :
                List.of(
                        "billingProducts",
                        "devpayProductCodes",
                        "kernelId",
                        "marketplaceProductCodes",
                        "ramdiskId")) {
            document.putNull(name);
        }
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new AssertionError("plain texts always have a JSON form", e);
        }
    }

    private void data(String path, String value) {
        leaf("meta-data/" + path, bytes(value));
    }

    private void leaf(String path, byte[] value) {
        leaves.put(path, value);
        String entry = path;
        boolean isFolder = false;
        while (true) {
            int slash = entry.lastIndexOf('/');
            String parent = slash < 0 ? "" : entry.substring(0, slash);
            String name = entry.substring(slash + 1);
            // The top of the tree is listed without slashes: dynamic, meta-data, user-data.
            folder(parent).add(isFolder && slash >= 0 ? name + "/" : name);
            if (slash < 0) {
                return;
            }
            entry = parent;
            isFolder = true;
        }
    }

    private SortedSet<String> folder(String path) {
        return folders.computeIfAbsent(path, key -> new TreeSet<>());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
