package io.brume.node.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one cloud calls its things on a host, so that several clouds live side by side. All names
 * follow from the cloud's prefix and AWS's ids alone, so that they are found again after a restart
 * without being written down.
 *
 * @param prefix 1 to 16 lower-case letters, digits and hyphens, beginning with a letter
 */
public record CloudNames(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9-]{0,15}");
    private static final Pattern VPC = Pattern.compile("vpc-[0-9a-f]{1,17}");

    /** The namespace's end of its way to the host. */
    public static final String UPLINK = "uplink";

    public CloudNames {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "a cloud's name is 1 to 16 of a-z, 0-9 and -, a letter first: " + prefix);
        }
    }

    /** For example {@code brume-vpc-0123456789abcdef0}. */
    public String namespace(String vpcId) {
        return prefix + "-" + vpcId;
    }

    /** The VPC that a namespace is the router of; empty when it is not one of this cloud's. */
    public Optional<String> vpcOf(String namespace) {
        if (!namespace.startsWith(prefix + "-")) {
            return Optional.empty();
        }
        return Optional.of(namespace.substring(prefix.length() + 1)).filter(VPC.asMatchPredicate());
    }

    /** The host's end of a VPC's way to the host: 15 characters. */
    public String hostLink(String vpcId) {
        return linkPrefix() + digest(vpcId).substring(0, 10);
    }

    /** What the host's ends of all VPCs of this cloud match, as nft writes it. */
    public String hostLinks() {
        return linkPrefix() + "*";
    }

    /** This cloud's table in the host's own namespace. */
    public String hostTable() {
        return prefix + "-host";
    }

    /** Four bits that tell this cloud's link addresses from another's. */
    public int nibble() {
        return HexFormat.fromHexDigit(digest(prefix).charAt(4));
    }

    /** The router's end of a network interface; 15 characters, unique in its VPC. */
    public static String tap(String networkInterfaceId) {
        return "tap" + tail(networkInterfaceId);
    }

    /** The far end of a link of kind veth, until its container takes it away. */
    public static String far(String tap) {
        return "far" + tail(tap);
    }

    private String linkPrefix() {
        return "b" + digest(prefix).substring(0, 4);
    }

    private static String tail(String networkInterfaceId) {
        return networkInterfaceId.substring(Math.max(0, networkInterfaceId.length() - 12));
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
