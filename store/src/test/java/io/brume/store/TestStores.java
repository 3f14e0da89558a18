package io.brume.store;

import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.store.raft.ReplicatedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Opens real stores in directories of tests, on free ports of the loopback. */
public final class TestStores {
    public static final UUID GROUP = new UUID(0x6272756d65L, 1);
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestStores() {}

    public static RaftMember member(String name) {
        return new RaftMember(name, "127.0.0.1", TestPorts.free(), 0);
    }

    public static RaftSettings settings(
            RaftMember self, List<RaftMember> founders, Path directory, long checkpointEvery) {
        return new RaftSettings(
                GROUP,
                self,
                self.host(),
                founders,
                directory.resolve("log"),
                null,
                new RaftTuning(Duration.ofMillis(700), checkpointEvery, 64 * 1024));
    }

    /** A group of one in a directory: new, or as it was left there. */
    public static ReplicatedStore alone(Path directory) {
        return alone(directory, 20_000);
    }

    public static ReplicatedStore alone(Path directory, long checkpointEvery) {
        RaftMember self = member("one");
        return open(settings(self, List.of(self), directory, checkpointEvery), directory);
    }

    public static ReplicatedStore open(RaftSettings settings, Path directory) {
        try {
            ReplicatedStore store =
                    ReplicatedStore.open(
                            settings, directory.resolve("rows"), Time.system(), new Random(1));
            if (!settings.founders().isEmpty()) {
                store.awaitLeader(PATIENCE);
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
