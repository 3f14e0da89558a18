package io.brume.control.domain;

import io.brume.common.id.Ids;
import java.util.regex.Pattern;

/**
 * A host of the cloud, for example {@code node-0123456789abcdef0}. Given when the host joins; its
 * certificate names it for ever after.
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern FORM = Pattern.compile("node-[0-9a-f]{17}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException unless it is {@code node-} and 17 hexadecimal digits
     */
    public NodeId {
        if (!isNodeId(value)) {
            throw new IllegalArgumentException("not a node id: " + value);
        }
    }

    /** Whether this text has the form of a node id. */
    public static boolean isNodeId(String text) {
        return FORM.matcher(text).matches();
    }

    /** A new one that nobody has. */
    public static NodeId create(Ids ids) {
        return new NodeId(ids.ec2("node"));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
