package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.common.time.Time;
import io.brume.storage.block.Pace;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's copies right. Names are compared with the other nodes when the map changes,
 * when a node answers again, and every now and then: what is named and missing is brought here, at
 * a bounded rate; what this node keeps for others is deleted when they all have it. What nobody
 * names for a day is deleted. Damaged copies are mended. Thread-safe.
 */
public final class GroupSweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSweep.class);
    private static final int PAGE = 512;
    private static final long LOOK_MILLIS = 1000;

    /** What asking whether a blob is named counts as, of the bytes that may be used. */
    private static final int ASKING = 16 << 10;

    private final GroupedData data;
    private final DiskBlobs local;
    private final OtherNodes nodes;
    private final Claims claims;
    private final SweepOptions options;
    private final Pace pace;
    private final Time time;
    private final Tally tally;
    private final Fetcher fetcher;
    private final Background sweeper = new Background("group sweep", Duration.ZERO);
    private final Background prober;
    private volatile boolean again = true;
    private volatile long cleanVersion = -1;
    private long comparedAt;
    private long collectedAt;

    /**
     * Works at once.
     *
     * @param pace what may be brought from other nodes
     */
    public GroupSweep(GroupedData data, Claims claims, SweepOptions options, Pace pace, Time time) {
        this.data = requireNonNull(data);
        this.local = data.local();
        this.nodes = data.nodes();
        this.claims = requireNonNull(claims);
        this.options = requireNonNull(options);
        this.pace = requireNonNull(pace);
        this.time = requireNonNull(time);
        this.tally = data.tally();
        this.fetcher = new Fetcher(data, claims, pace, sweeper);
        this.comparedAt = time.nanos();
        this.collectedAt = time.nanos();
        sweeper.start(this::sweep);
        this.prober = new Background("node probe", options.probeEvery());
        prober.start(this::probe);
    }

    /**
     * The version of the newest map since which this node has compared its groups with all nodes of
     * the map, each of which answered, and has brought here what it lacked; −1 before the first.
     */
    public long cleanVersion() {
        return cleanVersion;
    }

    private void probe() {
        if (!nodes.probe().isEmpty()) {
            data.wanted().mapChanged();
        }
    }

    private void sweep() throws InterruptedException {
        try {
            step();
        } catch (IOException | RuntimeException e) {
            LOG.warn("copies cannot be looked after now: {}", e.toString());
        }
        data.wanted().await(LOOK_MILLIS);
    }

    private void step() throws IOException, InterruptedException {
        mend();
        Duration since = time.since(comparedAt);
        boolean due = since.compareTo(again ? options.retryAfter() : options.compareEvery()) >= 0;
        if (data.wanted().takeMapChanged() || due) {
            comparedAt = time.nanos();
            again = true;
            long version = nodes.map().version();
            again = !compareAll();
            if (!again && nodes.allAreUp()) {
                cleanVersion = version;
            }
        }
        if (time.since(collectedAt).compareTo(options.collectEvery()) >= 0) {
            collectedAt = time.nanos();
            collect();
        }
    }

    private void mend() throws IOException, InterruptedException {
        for (@Nullable BlobId id = data.wanted().take(); id != null; id = data.wanted().take()) {
            try {
                fetcher.mend(id);
            } catch (IOException e) {
                LOG.warn("{} cannot be mended now: {}", id, e.toString());
            }
        }
    }

    /** Compares all groups with all nodes that answer; whether nothing was left over. */
    private boolean compareAll() throws IOException, InterruptedException {
        PlacementMap map = nodes.map();
        Set<Integer> groups = new TreeSet<>();
        local.groups().forEach(groups::add);
        map.mine().forEach(groups::add);
        long missing = 0;
        boolean all = true;
        for (int group : groups) {
            if (map.members(group).contains(map.self())) {
                for (BlobPeer peer : nodes.all()) {
                    if (nodes.isUp(peer.nodeId()) && !sweeper.isClosed()) {
                        try {
                            missing += compare(group, peer);
                        } catch (IOException e) {
                            nodes.failed(peer.nodeId(), e);
                            all = false;
                            LOG.info("{} is not compared: {}", peer.nodeId(), e.getMessage());
                        }
                    }
                }
            } else {
                handOver(map, group);
            }
            mend();
        }
        tally.missing.set(missing);
        tally.sweeps.increment();
        return all && missing == 0;
    }

    private long compare(int group, BlobPeer peer) throws IOException, InterruptedException {
        long[] left = new long[1];
        new Comparison(local, peer, group)
                .run((missing, alone) -> {
                    left[0] += fetcher.bring(peer, missing);
                    if (nodes.map().members(group).contains(peer.nodeId())) {
                        // It may have been deleted while this node was away.
                        for (BlobId id : alone) {
                            deleteIfUnnamed(id);
                        }
                    }
                });
        return left[0];
    }

    /**
     * Deletes what this node keeps of a group that is not its own, as soon as the others have it.
     */
    private void handOver(PlacementMap map, int group) throws IOException {
        List<BlobPeer> members = new ArrayList<>();
        for (String member : map.members(group)) {
            nodes.peer(member).filter(peer -> nodes.isUp(member)).ifPresent(members::add);
        }
        if (members.isEmpty() || members.size() < map.members(group).size()) {
            return;
        }
        BlobId last = first(group);
        for (List<BlobId> page = local.names(group, last, PAGE);
                !page.isEmpty() && !sweeper.isClosed();
                page = local.names(group, last, PAGE)) {
            last = page.getLast();
            boolean all = true;
            for (BlobPeer member : members) {
                all &= new Comparison(local, member, group).hasAll(page);
            }
            if (all) {
                local.delete(page);
                tally.handedOver.add(page.size());
            }
        }
    }

    private static BlobId first(int group) {
        return new BlobId((long) group << 48, 0);
    }

    /** Looks for what nobody names. */
    private void collect() throws IOException, InterruptedException {
        for (int group : local.groups().toArray()) {
            BlobId last = first(group);
            for (List<BlobId> page = unsettled(group, last);
                    !page.isEmpty() && !sweeper.isClosed();
                    page = unsettled(group, last)) {
                last = page.getLast();
                for (BlobId id : page) {
                    if (sweeper.isClosed()) {
                        return;
                    }
                    deleteIfUnnamed(id);
                }
                mend();
            }
        }
    }

    private List<BlobId> unsettled(int group, BlobId after) {
        return local.unsettled(group, after, PAGE, oldest());
    }

    private Instant oldest() {
        return time.now().minus(options.unnamedFor());
    }

    private void deleteIfUnnamed(BlobId id) throws IOException, InterruptedException {
        Optional<BlobFacts> facts;
        try {
            facts = local.facts(id);
        } catch (DamagedBlobException e) {
            tally.damaged.increment();
            data.wanted().add(id);
            return;
        }
        if (facts.isEmpty() || facts.get().written().isAfter(oldest())) {
            return;
        }
        var _ = sweeper.pause(pace.use(ASKING));
        if (claims.isNamed(facts.get().blob(), facts.get().claim())) {
            local.settle(id);
        } else {
            local.delete(List.of(id));
            tally.garbage.increment();
        }
    }

    @Override
    public void close() {
        prober.close();
        sweeper.closing();
        data.wanted().wake();
        sweeper.close();
    }
}
