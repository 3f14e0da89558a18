package io.brume.common.raft;

import java.nio.file.Path;

/**
 * What the log makes. One thread at a time calls it. It keeps its position with its data, so that
 * after a crash it is some prefix of what was applied; the log brings the rest again.
 *
 * <p>A throw stops the node: the state is then unknown, and a restart recovers it.
 */
public interface ReplicatedState extends AutoCloseable {
    /** The last entry that was applied or passed. */
    LogPosition position();

    /** Applies an entry whose position is above every earlier one, and answers. */
    byte[] apply(LogPosition position, byte[] entry);

    /** Notes that the log has come to a position without anything to apply. */
    void pass(LogPosition position);

    /**
     * Makes everything applied so far durable and puts a durable copy of it into a directory that
     * does not exist yet: plain files, no directories.
     */
    void checkpoint(Path directory);

    /**
     * Becomes what such a copy holds, durably. Leaves the copy as it is, but may share its files by
     * hard links. Files ending in {@code .md5} do not belong to it.
     */
    void install(Path directory);

    @Override
    void close();
}
