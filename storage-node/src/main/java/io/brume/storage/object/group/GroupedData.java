package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Coding;
import io.brume.storage.object.model.Redundancy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each blob on all nodes of its placement group that answer, at least two where there are to
 * be two or more; its {@link Redundancy} may be less. Reads this node's copy first, then the
 * others'. Thread-safe; blocks.
 */
public final class GroupedData implements ObjectData, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupedData.class);

    /** Names that are looked at for a group whose nodes all answer. */
    private static final int TRIES = 8;

    /** Contents that are known to be shorter are copies: each fragment has an fsync of its own. */
    private static final long LEAST_CODED = 1 << 20;

    private final DiskBlobs local;
    private final OtherNodes nodes;
    private final CodedBlobs coded;
    private final CopyPlaces places;
    private final Wanted wanted = new Wanted();
    private final Tally tally = new Tally();
    private final Time time;
    private final RandomGenerator random;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param random whose numbers nobody guesses; thread-safe
     */
    public GroupedData(
            PlacementMap map,
            DiskBlobs local,
            BlobPeer.Directory others,
            Time time,
            RandomGenerator random) {
        this.nodes = new OtherNodes(others, map);
        this.local = requireNonNull(local);
        this.coded = new CodedBlobs(nodes, new StoredFragments());
        this.places = new CopyPlaces(local, nodes, wanted, tally);
        this.time = requireNonNull(time);
        this.random = requireNonNull(random);
    }

    /** Data of one node that keeps everything itself. */
    public static GroupedData alone(DiskBlobs local, RandomGenerator random) {
        return new GroupedData(
                PlacementMap.alone("self"),
                local,
                (nodeId, address) -> {
                    throw new IllegalStateException("there is no other node");
                },
                Time.system(),
                random);
    }

    /** Follows another map from now on; what has begun goes on by the old one. */
    public void place(PlacementMap map) {
        nodes.place(map);
        wanted.mapChanged();
    }

    CodedBlobs coded() {
        return coded;
    }

    OtherNodes nodes() {
        return nodes;
    }

    DiskBlobs local() {
        return local;
    }

    Wanted wanted() {
        return wanted;
    }

    Tally tally() {
        return tally;
    }

    /** What was done for the copies of this node. */
    public CopyCounts counts() {
        return tally.counts();
    }

    @Override
    public ContentWriter write(BlobClaim claim, long expected, Redundancy redundancy)
            throws IOException {
        if (local.failure().isPresent()) {
            throw new IOException("the disk has failed", local.failure().get());
        }
        Instant now = time.now();
        boolean large = expected < 0 || expected >= LEAST_CODED;
        Redundancy copies = redundancy == Redundancy.CODED ? Redundancy.COPIES : redundancy;
        return new SplittingWriter(
                (id, size) -> begin(id, claim, now, size),
                () -> redundancy == Redundancy.CODED && large ? codedName() : newName(copies),
                expected);
    }

    private static int needed(int copies) {
        return Math.min(2, copies);
    }

    /** A name in a group all of whose fragments can be written; one of copies if there is none. */
    private BlobId codedName() throws IOException {
        int[] groups = nodes.preferred(Redundancy.CODED);
        for (int i = 0; i < TRIES && groups.length > 0; i++) {
            BlobId id = named(groups[random.nextInt(groups.length)]);
            if (coded.isWritable(id)) {
                return id;
            }
        }
        return newName(Redundancy.COPIES);
    }

    private BlobId named(int group) {
        return BlobId.of(group, random.nextLong(), random.nextLong());
    }

    private BlobId newName(Redundancy redundancy) throws IOException {
        PlacementMap map = nodes.map();
        int[] mine = nodes.preferred(redundancy);
        int best = -1;
        long most = 0;
        for (int i = 0; i < TRIES + mine.length && (i < TRIES || best < 0); i++) {
            int group = i < TRIES ? mine[random.nextInt(mine.length)] : mine[i - TRIES];
            List<String> members = map.members(group);
            long up = members.stream().filter(nodes::isUp).count();
            if (up == members.size()) {
                best = group;
                break;
            }
            if (up >= needed(members.size()) && up > most) {
                best = group;
                most = up;
            }
        }
        if (best < 0) {
            throw new IOException("too few nodes answer to keep another blob");
        }
        return named(best);
    }

    /** Begins to store a blob on a node. */
    private BlobWriter begin(String node, BlobId id, BlobClaim claim, Instant now, long size)
            throws IOException {
        try {
            return node.equals(nodes.map().self())
                    ? local.write(id, claim, now, size)
                    : nodes.peer(node)
                            .orElseThrow(() -> new IOException("nobody knows where it is: " + node))
                            .write(id, claim, now, size);
        } catch (IOException e) {
            nodes.failed(node, e);
            throw e;
        }
    }

    private BlobWriter begin(BlobId id, BlobClaim claim, Instant now, long size)
            throws IOException {
        Optional<Coding> coding = Coding.of(id.group());
        if (coding.isPresent()) {
            return coded.write(coding.get(), id, claim, now, size);
        }
        PlacementMap map = nodes.map();
        List<String> members = map.members(id.group());
        List<CopiesWriter.Leg> legs = new ArrayList<>(members.size());
        IOException failure = null;
        boolean full = false;
        for (String member : members) {
            if (nodes.isUp(member)) {
                try {
                    var leg = new CopiesWriter.Leg(member, begin(member, id, claim, now, size));
                    if (member.equals(map.self())) {
                        legs.addFirst(leg);
                    } else {
                        legs.add(leg);
                    }
                } catch (IOException e) {
                    full |= e instanceof NoSpaceException;
                    failure = e;
                }
            }
        }
        if (legs.size() < needed(members.size())) {
            legs.forEach(leg -> leg.writer().close());
            throw full
                    ? new NoSpaceException("too few nodes have space")
                    : new IOException("too few nodes of group " + id.group() + " answer", failure);
        }
        return members.size() == 1 && legs.getFirst().nodeId().equals(map.self())
                ? legs.getFirst().writer()
                : new CopiesWriter(nodes, legs, needed(members.size()));
    }

    @Override
    public ContentReader read(List<Blob> blobs, long offset, long length) {
        return new JoiningReader(blobs, offset, length, this::open);
    }

    private ContentReader open(Blob blob, long offset, long length) {
        Optional<Coding> coding = Coding.of(blob.id().group());
        return coding.isPresent()
                ? coded.read(coding.get(), blob, offset, length)
                : openStored(blob, offset, length);
    }

    private ContentReader openStored(Blob stored, long offset, long length) {
        return new CopiesReader(stored, offset, length, places.of(stored.id(), true));
    }

    private final class StoredFragments implements CodedBlobs.Fragments {
        @Override
        public BlobWriter write(String node, BlobId id, BlobClaim claim, Instant now, long size)
                throws IOException {
            return begin(node, id, claim, now, size);
        }

        @Override
        public ContentReader read(Blob fragment, long offset, long length) {
            return openStored(fragment, offset, length);
        }
    }

    /** Reads a blob from other nodes only. */
    ContentReader openElsewhere(Blob blob) {
        return new CopiesReader(blob, 0, blob.length(), places.of(blob.id(), false));
    }

    @Override
    public void free(Collection<Blob> blobs) throws IOException {
        PlacementMap map = nodes.map();
        Map<String, List<BlobId>> byNode = new TreeMap<>();
        for (Blob blob : blobs) {
            for (BlobId id : Coding.stored(blob.id())) {
                for (String member : map.members(id.group())) {
                    byNode.computeIfAbsent(member, node -> new ArrayList<>()).add(id);
                }
            }
        }
        List<BlobId> here = byNode.remove(map.self());
        List<CompletableFuture<Void>> elsewhere = new ArrayList<>();
        byNode.forEach((node, ids) -> {
            if (nodes.isUp(node)) {
                elsewhere.add(CompletableFuture.runAsync(() -> delete(node, ids), calls));
            }
        });
        if (here != null) {
            local.delete(here);
        }
        try {
            CompletableFuture.allOf(elsewhere.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("copies cannot be deleted", e);
        }
    }

    @Override
    public boolean isFilling() throws IOException {
        if (local.isFilling()) {
            return true;
        }
        for (BlobPeer peer : nodes.all()) {
            if (nodes.isUp(peer.nodeId())) {
                try {
                    if (peer.isFilling()) {
                        return true;
                    }
                } catch (IOException e) {
                    nodes.failed(peer.nodeId(), e);
                }
            }
        }
        return false;
    }

    /** What a node does not delete now it finds later, since nobody names it. */
    private void delete(String node, List<BlobId> ids) {
        BlobPeer peer = nodes.peer(node).orElseThrow();
        try {
            for (int from = 0; from < ids.size(); from += BlobPeer.MOST_NAMES) {
                peer.delete(ids.subList(from, Math.min(ids.size(), from + BlobPeer.MOST_NAMES)));
            }
        } catch (IOException e) {
            nodes.failed(node, e);
            LOG.info("{} will find out itself what to delete: {}", node, e.getMessage());
        }
    }

    @Override
    public void close() {
        calls.shutdownNow();
    }
}
