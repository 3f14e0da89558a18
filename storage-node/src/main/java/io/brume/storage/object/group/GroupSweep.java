package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.common.time.Time;
import io.brume.storage.block.Pace;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Coding;
import io.brume.storage.object.model.Redundancy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private long askedAt;

    /**
     * Works at once.
     *
     * @param pace what may be brought from other nodes
     */
    public GroupSweep(GroupedData data, Claims claims, SweepOptions options, Pace pace, Time time) {
        this.data = requireNonNull(data);
        this.local = data.local();
        this.nodes = data.nodes();
        this.claims = claims.ofStored();
        this.options = requireNonNull(options);
        this.pace = requireNonNull(pace);
        this.time = requireNonNull(time);
        this.tally = data.tally();
        this.fetcher = new Fetcher(data, this.claims, pace, sweeper);
        this.comparedAt = time.nanos();
        this.collectedAt = time.nanos();
        this.askedAt = time.nanos();
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
        Map<BlobPeer, Set<Integer>> there = new HashMap<>();
        boolean all = listGroups(there);
        long missing = 0;
        for (int group : groups) {
            // By the newest map: what another one gives this node would be made here for nothing.
            map = nodes.map();
            if (map.members(group).contains(map.self())) {
                for (Map.Entry<BlobPeer, Set<Integer>> one : there.entrySet()) {
                    BlobPeer peer = one.getKey();
                    if (nodes.isUp(peer.nodeId()) && !sweeper.isClosed()) {
                        try {
                            missing += compare(group, peer, one.getValue());
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

    /** Asks the nodes that answer which groups they have blobs of; whether they said so. */
    private boolean listGroups(Map<BlobPeer, Set<Integer>> there) {
        boolean all = true;
        for (BlobPeer peer : nodes.all()) {
            if (nodes.isUp(peer.nodeId())) {
                try {
                    there.put(peer, peer.groups());
                } catch (IOException e) {
                    nodes.failed(peer.nodeId(), e);
                    all = false;
                    LOG.info("{} is not compared: {}", peer.nodeId(), e.getMessage());
                }
            }
        }
        return all;
    }

    /** Compares what there is of a group here and there; most have nothing. */
    private long compare(int group, BlobPeer peer, Set<Integer> there)
            throws IOException, InterruptedException {
        long missing = 0;
        if (there.contains(group) || local.count(group) > 0) {
            missing += compare(group, peer);
        }
        return missing + compareFragments(group, peer, there);
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

    /** Computes the fragments that are to be here of blobs whose others that node has. */
    private long compareFragments(int group, BlobPeer peer, Set<Integer> there)
            throws IOException, InterruptedException {
        Coding coding = Coding.of(group).orElse(null);
        if (coding == null) {
            return 0;
        }
        long missing = 0;
        for (int fragment = 0; fragment < coding.all(); fragment++) {
            int other = coding.group(Coding.placed(group), fragment);
            boolean keeps = nodes.map().members(other).contains(peer.nodeId());
            if (other != group && (there.contains(other) || (keeps && local.count(group) > 0))) {
                missing += compareFragments(group, peer, other, keeps);
            }
        }
        return missing;
    }

    private long compareFragments(int group, BlobPeer peer, int other, boolean keeps)
            throws IOException, InterruptedException {
        Coding coding = Coding.of(other).orElseThrow();
        int fragment = Coding.fragment(other);
        long[] left = new long[1];
        new Comparison(local, peer, group, other)
                .run((missing, alone) -> {
                    left[0] += fetcher.compute(peer, missing, id -> coding.fragment(id, fragment));
                    if (keeps) {
                        // The blob may have been deleted while this node was away.
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
        boolean daily = time.since(askedAt).compareTo(options.unnamedFor()) >= 0;
        askedAt = daily ? time.nanos() : askedAt;
        for (int group : local.groups().toArray()) {
            // What no other node has cannot be compared: a delete may have passed this node by.
            boolean all = daily && Redundancy.of(group) == Redundancy.ONE_COPY;
            BlobId last = first(group);
            for (List<BlobId> page = page(group, last, all);
                    !page.isEmpty() && !sweeper.isClosed();
                    page = page(group, last, all)) {
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

    private List<BlobId> page(int group, BlobId after, boolean all) {
        return all
                ? local.names(group, after, PAGE)
                : local.unsettled(group, after, PAGE, oldest());
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
