package io.brume.control.store.codec;

import io.brume.control.domain.NodeId;
import io.brume.proto.state.v1.AuthorityRecord;
import io.brume.proto.state.v1.JoinTokenRecord;
import io.brume.proto.state.v1.NodeRecord;
import io.brume.store.KeyCodec;
import io.brume.store.Table;
import java.util.function.Function;

/**
 * Hosts and how they come to be trusted. Kept in the form they are stored in: the fleet knows what
 * they mean.
 */
public final class NodeTables {
    public static final Table<NodeId, NodeRecord> NODES =
            Table.of(
                    60,
                    "nodes",
                    KeyCodec.string().map(NodeId::new, NodeId::value),
                    Messages.codec(NodeRecord.parser(), Function.identity(), Function.identity()));

    /** By the digest of the token's secret. */
    public static final Table<String, JoinTokenRecord> JOIN_TOKENS =
            Table.of(
                    61,
                    "join-tokens",
                    KeyCodec.string(),
                    Messages.codec(
                            JoinTokenRecord.parser(), Function.identity(), Function.identity()));

    /** One row. */
    public static final Table<String, AuthorityRecord> AUTHORITY =
            Table.of(
                    62,
                    "authority",
                    KeyCodec.string(),
                    Messages.codec(
                            AuthorityRecord.parser(), Function.identity(), Function.identity()));

    private NodeTables() {}
}
