package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.blob.NoSuchBlobException;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows where copies of stored blobs may be, and what it means when one fails. Thread-safe. */
final class CopyPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(CopyPlaces.class);

    private final DiskBlobs local;
    private final OtherNodes nodes;
    private final Wanted wanted;
    private final Tally tally;

    CopyPlaces(DiskBlobs local, OtherNodes nodes, Wanted wanted, Tally tally) {
        this.local = requireNonNull(local);
        this.nodes = requireNonNull(nodes);
        this.wanted = requireNonNull(wanted);
        this.tally = requireNonNull(tally);
    }

    /**
     * Where a blob may be: here, on members that answer, on those that may not, and on other nodes,
     * which have it while it moves. Made as they are asked for.
     */
    Iterator<CopiesReader.Copy> of(BlobId id, boolean here) {
        PlacementMap map = nodes.map();
        return new Iterator<>() {
            private boolean first = here;
            private Iterator<BlobPeer> others = List.<BlobPeer>of().iterator();
            private boolean listed;

            @Override
            public boolean hasNext() {
                return first || others().hasNext();
            }

            private Iterator<BlobPeer> others() {
                if (!listed) {
                    listed = true;
                    others = inOrder(map, id.group()).iterator();
                }
                return others;
            }

            @Override
            public CopiesReader.Copy next() {
                if (first) {
                    first = false;
                    return new LocalCopy();
                }
                return new RemoteCopy(others().next());
            }
        };
    }

    private List<BlobPeer> inOrder(PlacementMap map, int group) {
        Set<BlobPeer> found = new LinkedHashSet<>();
        for (boolean up : new boolean[] {true, false}) {
            for (String member : map.members(group)) {
                if (nodes.isUp(member) == up) {
                    nodes.peer(member).ifPresent(found::add);
                }
            }
        }
        found.addAll(nodes.all());
        return List.copyOf(found);
    }

    private final class LocalCopy implements CopiesReader.Copy {
        @Override
        public ContentReader open(Blob blob, long offset, long length) throws IOException {
            return local.read(blob, offset, length);
        }

        @Override
        public void failed(Blob blob, IOException why) {
            PlacementMap map = nodes.map();
            boolean mine = map.members(blob.id().group()).contains(map.self());
            if (why instanceof DamagedBlobException
                    || (why instanceof NoSuchBlobException && mine)) {
                wanted.add(blob.id());
            }
            if (why instanceof DamagedBlobException) {
                tally.damaged.increment();
            }
            if (!(why instanceof NoSuchBlobException)) {
                LOG.error("a copy here is not readable: {}", why.toString());
            }
        }
    }

    private final class RemoteCopy implements CopiesReader.Copy {
        private final BlobPeer peer;

        RemoteCopy(BlobPeer peer) {
            this.peer = peer;
        }

        @Override
        public ContentReader open(Blob blob, long offset, long length) throws IOException {
            return peer.read(blob, offset, length);
        }

        @Override
        public void failed(Blob blob, IOException why) {
            nodes.failed(peer.nodeId(), why);
        }
    }
}
