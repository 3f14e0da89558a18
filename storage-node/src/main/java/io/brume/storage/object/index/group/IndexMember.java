package io.brume.storage.object.index.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.raft.RaftTls;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.index.group.IndexGroup.Member;
import io.brume.store.StoreUnavailableException;
import io.brume.store.raft.ReplicatedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's member of the index's group: a copy of all rows, and a part in deciding what commits.
 * Whoever leads makes the group have the members that it is to have. Thread-safe.
 */
public final class IndexMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexMember.class);
    private static final Duration CHANGE = Duration.ofSeconds(30);

    /** Between two looks at who is a member, and after a change that failed. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /**
     * What a member needs of its node.
     *
     * @param bindHost the address to listen on
     * @param directory where the member keeps what it has; its alone
     * @param tls null only where nobody else can reach the port
     * @param random thread-safe
     */
    public record Place(
            String bindHost,
            Path directory,
            @Nullable RaftTls tls,
            RaftTuning tuning,
            Time time,
            RandomGenerator random) {
        public Place {
            requireNonNull(bindHost);
            requireNonNull(directory);
            requireNonNull(tuning);
            requireNonNull(time);
            requireNonNull(random);
        }
    }

    private final Member self;
    private final ReplicatedStore store;
    private final StoredIndex index;
    private final Thread members;
    private volatile IndexGroup wanted;
    private volatile boolean closed;

    private IndexMember(IndexGroup group, Member self, ReplicatedStore store, Place place) {
        this.self = self;
        this.store = store;
        this.wanted = group;
        this.index = new StoredIndex(store, place.time(), place.random());
        this.members =
                Thread.ofVirtual().name("index-members-" + self.name()).start(this::keepMembers);
    }

    /**
     * Opens what the member has, or begins it.
     *
     * @throws IOException if the port or the directory cannot be used
     */
    public static IndexMember open(IndexGroup group, Member self, Place place) throws IOException {
        RaftSettings settings =
                new RaftSettings(
                        group.id(),
                        self.inRaft(),
                        place.bindHost(),
                        group.founders(self),
                        place.directory().resolve("log"),
                        place.tls(),
                        place.tuning());
        return new IndexMember(
                group,
                self,
                ReplicatedStore.open(
                        settings, place.directory().resolve("rows"), place.time(), place.random()),
                place);
    }

    /** The index over this node's rows: it reads here, and changes where this member leads. */
    public StoredIndex index() {
        return index;
    }

    public Member self() {
        return self;
    }

    /** The name of the member that leads; null if none is known. */
    public @Nullable String leader() {
        return store.leader();
    }

    public IndexRole role() {
        if (!isRunning()) {
            return IndexRole.NONE;
        }
        if (store.leads()) {
            return IndexRole.LEADER;
        }
        String leader = store.leader();
        return leader == null || leader.equals(self.name())
                ? IndexRole.WAITING
                : IndexRole.FOLLOWER;
    }

    /** The names of those that are members, as this one knows. */
    public List<String> members() {
        return store.members();
    }

    /** False once it has stopped: because it was closed, its disk failed, or the group left it. */
    public boolean isRunning() {
        return store.isRunning();
    }

    /** Says which members the group is to have from now on. */
    public void want(IndexGroup group) {
        wanted = requireNonNull(group);
    }

    /** What only the leader does: others look whether they are it. */
    private void keepMembers() {
        IndexGroup last = wanted;
        while (!closed) {
            IndexGroup now = wanted;
            boolean moved = !now.inRaft().equals(last.inRaft());
            if (store.isRunning() && store.leads() && (moved || !isAsWanted(now))) {
                if (change(now)) {
                    last = now;
                }
            } else if (!store.leads()) {
                last = now;
            }
            pause();
        }
    }

    private boolean isAsWanted(IndexGroup group) {
        Set<String> names =
                group.members().stream()
                        .map(Member::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        return names.isEmpty() || names.equals(new TreeSet<>(store.members()));
    }

    private boolean change(IndexGroup group) {
        List<RaftMember> all = group.inRaft();
        if (all.isEmpty()) {
            return true;
        }
        try {
            store.changeMembers(all, CHANGE);
            LOG.info("The index is kept by {}", store.members());
            return true;
        } catch (StoreUnavailableException e) {
            LOG.warn(
                    "The index is still kept by {}, not by {}: {}",
                    store.members(),
                    all.stream().map(RaftMember::name).toList(),
                    String.valueOf(e.getCause()));
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        members.interrupt();
        store.close();
    }
}
