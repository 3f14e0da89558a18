package io.brume.storage.object.index.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.raft.RaftTls;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.index.group.IndexGroup.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has this node be the member of the index's group that it is to be, or none. Thread-safe.
 *
 * <p>A member that is not wanted any more goes on until the group has left it: as long as it
 * counts, the others may need it to agree.
 */
public final class IndexKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexKeeper.class);

    /**
     * What the keeper needs of its node.
     *
     * @param bindHost the address to listen on
     * @param directory where members keep what they have, each in a directory of its name
     * @param identity this node's, asked at each handshake
     * @param random thread-safe
     */
    public record Home(
            String nodeId,
            String bindHost,
            Path directory,
            Supplier<Identity> identity,
            RaftTuning tuning,
            Time time,
            RandomGenerator random) {
        public Home {
            requireNonNull(nodeId);
            requireNonNull(bindHost);
            requireNonNull(directory);
            requireNonNull(identity);
            requireNonNull(tuning);
            requireNonNull(time);
            requireNonNull(random);
        }
    }

    private final Home home;
    private volatile @Nullable IndexMember member;
    private volatile @Nullable IndexGroup group;
    private boolean closed;

    public IndexKeeper(Home home) {
        this.home = requireNonNull(home);
    }

    /**
     * Takes up who keeps the index.
     *
     * @throws IOException if the member cannot begin: its port or directory cannot be used
     */
    public synchronized void follow(IndexGroup wanted) throws IOException {
        if (closed) {
            return;
        }
        group = wanted;
        Optional<Member> self = wanted.on(home.nodeId());
        IndexMember running = member;
        if (running != null
                && (self.isEmpty() || running.self().name().equals(self.get().name()))) {
            running.want(wanted);
            if (running.isRunning() || self.isPresent()) {
                return;
            }
        }
        if (running != null) {
            member = null;
            running.close();
        }
        dropOthers(self.map(one -> directory(wanted, one)));
        if (self.isPresent()) {
            member = IndexMember.open(wanted, self.get(), place(wanted, self.get()));
        }
    }

    private static String directory(IndexGroup group, Member member) {
        return group.id() + "-" + member.name();
    }

    private IndexMember.Place place(IndexGroup wanted, Member self) {
        return new IndexMember.Place(
                home.bindHost(),
                home.directory().resolve(directory(wanted, self)),
                new RaftTls(
                        new IdentityKeyManager(home.identity()),
                        Trust.role(home.identity().get().authority(), Certificates.STORAGE_NODE)),
                home.tuning(),
                home.time(),
                home.random());
    }

    /** What members of other names left: they never come back. */
    private void dropOthers(Optional<String> kept) throws IOException {
        Files.createDirectories(home.directory());
        List<Path> others;
        try (Stream<Path> all = Files.list(home.directory())) {
            others =
                    all.filter(one -> !kept.equals(Optional.of(one.getFileName().toString())))
                            .toList();
        }
        for (Path other : others) {
            LOG.info("This node does not keep {} any more", other.getFileName());
            delete(other);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder())
                    .forEach(path -> {
                        try {
                            Files.delete(path);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Who keeps the index, as this node was last told; empty before. */
    Optional<IndexGroup> group() {
        return Optional.ofNullable(group);
    }

    /** This node's member; empty when it has none that runs. */
    public Optional<IndexMember> member() {
        IndexMember running = member;
        return running != null && running.isRunning() ? Optional.of(running) : Optional.empty();
    }

    /** The index over this node's rows, for those who ask it. */
    public Optional<StoredIndex> local() {
        return member().map(IndexMember::index);
    }

    public IndexRole role() {
        return member().map(IndexMember::role).orElse(IndexRole.NONE);
    }

    @Override
    public synchronized void close() {
        closed = true;
        IndexMember running = member;
        member = null;
        if (running != null) {
            running.close();
        }
    }
}
