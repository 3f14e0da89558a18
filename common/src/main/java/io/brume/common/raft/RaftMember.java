package io.brume.common.raft;

/**
 * A member of a group.
 *
 * @param name unique in the group, for ever: a member that lost its disk returns under a new name
 * @param host where the others reach it
 * @param port the port of that, 0 to 65535 (0 only in a group of one)
 * @param priority the member with the highest leads when it can
 */
public record RaftMember(String name, String host, int port, int priority) {
    public RaftMember {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a member needs a name");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
        if (priority < 0) {
            throw new IllegalArgumentException("priority " + priority + " is below 0");
        }
    }

    String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
