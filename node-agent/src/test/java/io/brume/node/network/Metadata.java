package io.brume.node.network;

import io.brume.node.network.InstanceMetadata.BlockDevice;
import io.brume.node.network.InstanceMetadata.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Metadata of instances for tests. */
public final class Metadata {
    private Metadata() {}

    /** What the options of an instance's metadata are set to. */
    public record Options(
            boolean endpointEnabled, boolean tokensRequired, int hopLimit, boolean tagsEnabled) {
        public static final Options DEFAULT = new Options(true, false, 1, false);
    }

    public static InstanceMetadata of(VpcTopology.Interface link, Options options) {
        return new InstanceMetadata(
                link.instanceId(),
                "123456789012",
                Topologies.VPC,
                link.privateIp(),
                link.publicIp(),
                link.publicIp().isEmpty() ? "" : "ec2-198-18-0-11.compute-1.amazonaws.com",
                link.mac(),
                link.networkInterfaceId(),
                link.subnetId(),
                "10.0.0.0/20",
                "10.0.0.0/16",
                "ami-0123456789abcdef0",
                "t3.micro",
                "x86_64",
                "r-0123456789abcdef0",
                0,
                Ipv4Block.hostName(link.privateIp()) + ".ec2.internal",
                "us-east-1",
                "us-east-1a",
                "use1-az1",
                List.of("web", "ssh"),
                List.of("sg-0aaaaaaaaaaaaaaa1", "sg-0aaaaaaaaaaaaaaa2"),
                "#!/bin/sh\necho hello\n".getBytes(StandardCharsets.UTF_8),
                List.of(new PublicKey("my-key", "ssh-ed25519 AAAA me")),
                Map.of("Name", "first"),
                options.tagsEnabled(),
                options.endpointEnabled(),
                options.tokensRequired(),
                options.hopLimit(),
                "2026-11-20T12:00:00Z",
                List.of(new BlockDevice("ami", "/dev/xvda"), new BlockDevice("root", "/dev/xvda")));
    }
}
