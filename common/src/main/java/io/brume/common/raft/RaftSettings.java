package io.brume.common.raft;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a node takes part in a group.
 *
 * @param group the group's identity, the same on every member
 * @param self this member
 * @param bindHost the address to listen on
 * @param founders the members of a group that is being founded, this one among them; empty for a
 *     node that will be added to a group that runs
 * @param directory where the log lives; this node alone uses it
 * @param tls how members prove who they are; null only where nobody else can reach the port
 * @param tuning how it takes its time
 */
public record RaftSettings(
        UUID group,
        RaftMember self,
        String bindHost,
        List<RaftMember> founders,
        Path directory,
        @Nullable RaftTls tls,
        RaftTuning tuning) {
    public RaftSettings {
        founders = List.copyOf(founders);
        if (!founders.isEmpty() && !founders.contains(self)) {
            throw new IllegalArgumentException(self.name() + " is not among the founders");
        }
    }

    /** A group of one, with ordinary timing. */
    public static RaftSettings alone(UUID group, RaftMember self, Path directory) {
        return new RaftSettings(
                group, self, self.host(), List.of(self), directory, null, RaftTuning.DEFAULT);
    }
}
