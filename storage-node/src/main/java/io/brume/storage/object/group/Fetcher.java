package io.brume.storage.object.group;

import io.brume.common.concurrent.Background;
import io.brume.storage.block.Pace;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Coding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes copies here of what other nodes have, at a bounded rate. What was brought is durable, so
 * nothing is brought twice. One thread.
 */
final class Fetcher {
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

    private final GroupedData data;
    private final DiskBlobs local;
    private final Claims claims;
    private final Pace pace;
    private final Tally tally;
    private final Background thread;

    Fetcher(GroupedData data, Claims claims, Pace pace, Background thread) {
        this.data = data;
        this.local = data.local();
        this.claims = claims;
        this.pace = pace;
        this.tally = data.tally();
        this.thread = thread;
    }

    /**
     * Brings those that are named.
     *
     * @return how many of them could not be brought
     */
    int bring(BlobPeer from, List<BlobId> ids) throws IOException, InterruptedException {
        int left = 0;
        for (int at = 0; at < ids.size(); at += BlobPeer.MOST_NAMES) {
            List<BlobId> some = ids.subList(at, Math.min(ids.size(), at + BlobPeer.MOST_NAMES));
            for (BlobFacts facts : from.describe(some)) {
                // Not: it was deleted while that node was away, or is not named yet.
                if (claims.isNamed(facts.blob(), facts.claim())) {
                    try {
                        bring(facts);
                    } catch (IOException e) {
                        left++;
                        LOG.warn("{} cannot be brought here: {}", facts.blob().id(), e.toString());
                    }
                }
            }
        }
        return left;
    }

    /**
     * Computes fragments from those of other nodes.
     *
     * @param ids those that are missing here
     * @param theirs the names of that node's fragments of the same blobs
     * @return how many of those that are named could not be made
     */
    int compute(BlobPeer from, List<BlobId> ids, UnaryOperator<BlobId> theirs)
            throws IOException, InterruptedException {
        int left = 0;
        for (int at = 0; at < ids.size(); at += BlobPeer.MOST_NAMES) {
            List<BlobId> some = ids.subList(at, Math.min(ids.size(), at + BlobPeer.MOST_NAMES));
            Map<BlobId, BlobFacts> known = new HashMap<>();
            for (BlobFacts facts : from.describe(some.stream().map(theirs).toList())) {
                known.put(facts.blob().id(), facts);
            }
            for (BlobId id : some) {
                BlobFacts facts = known.get(theirs.apply(id));
                if (facts != null
                        && !local.has(id)
                        && claims.isNamed(facts.blob(), facts.claim())) {
                    left += isMade(as(id, facts)) ? 0 : 1;
                }
            }
        }
        return left;
    }

    private boolean isMade(BlobFacts facts) throws InterruptedException {
        try {
            bring(facts, data.coded().computed(facts.blob()));
            return true;
        } catch (IOException e) {
            LOG.warn("{} cannot be computed here: {}", facts.blob().id(), e.toString());
            return false;
        }
    }

    /** All fragments of a blob have the same facts. */
    private static BlobFacts as(BlobId id, BlobFacts other) {
        return new BlobFacts(new Blob(id, other.blob().length()), other.claim(), other.written());
    }

    private void bring(BlobFacts facts) throws IOException, InterruptedException {
        bring(facts, data.openElsewhere(facts.blob()));
    }

    private void bring(BlobFacts facts, ContentReader from)
            throws IOException, InterruptedException {
        try (from;
                BlobWriter writer =
                        local.write(
                                facts.blob().id(),
                                facts.claim(),
                                facts.written(),
                                facts.blob().length())) {
            copy(from, writer);
        }
        tally.fetched.increment();
        tally.fetchedBytes.add(facts.blob().length());
    }

    private void copy(ContentReader reader, BlobWriter to)
            throws IOException, InterruptedException {
        for (ContentReader.@Nullable Run run = reader.next(); run != null; run = reader.next()) {
            if (thread.isClosed()) {
                throw new IOException("the program ends");
            }
            to.write(bytes(run));
            var _ = thread.pause(pace.use(run.length()));
        }
        to.finish();
    }

    private static ByteBuffer bytes(ContentReader.Run run) {
        return switch (run) {
            case ContentReader.Run.Memory(ByteBuffer bytes) -> bytes.duplicate();
            case ContentReader.Run.Region _ ->
                    throw new IllegalStateException("another node has no file of this host");
        };
    }

    /** Makes or mends the copy of a blob that was missed or found damaged. */
    void mend(BlobId id) throws IOException, InterruptedException {
        Optional<BlobFacts> known = describe(id);
        if (known.isPresent()) {
            mend(known.get(), data.openElsewhere(known.get().blob()));
            return;
        }
        Optional<BlobFacts> other = describeAnother(id);
        if (other.isPresent()) {
            BlobFacts facts = as(id, other.get());
            mend(facts, data.coded().computed(facts.blob()));
        } else {
            LOG.error("{} is missing or damaged here, and no other node has it", id);
        }
    }

    private void mend(BlobFacts facts, ContentReader from)
            throws IOException, InterruptedException {
        try (from) {
            if (!claims.isNamed(facts.blob(), facts.claim())) {
                return;
            }
            if (local.has(facts.blob().id())) {
                try (BlobWriter writer = local.rewrite(facts)) {
                    copy(from, writer);
                }
                tally.mended.increment();
                LOG.warn("{} was damaged here, and was written anew", facts.blob().id());
            } else {
                bring(facts, from);
            }
        }
    }

    /** What stands beside any other fragment of the same blob, here or elsewhere. */
    private Optional<BlobFacts> describeAnother(BlobId id) throws IOException {
        for (BlobId other : Coding.stored(id)) {
            if (!other.equals(id)) {
                Optional<BlobFacts> found = describe(other);
                if (found.isEmpty()) {
                    found = here(other);
                }
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<BlobFacts> here(BlobId id) throws IOException {
        try {
            return local.facts(id);
        } catch (DamagedBlobException e) {
            data.wanted().add(id);
            return Optional.empty();
        }
    }

    private Optional<BlobFacts> describe(BlobId id) {
        for (BlobPeer peer : data.nodes().all()) {
            if (data.nodes().isUp(peer.nodeId())) {
                try {
                    List<BlobFacts> found = peer.describe(List.of(id));
                    if (!found.isEmpty()) {
                        return Optional.of(found.getFirst());
                    }
                } catch (IOException e) {
                    data.nodes().failed(peer.nodeId(), e);
                }
            }
        }
        return Optional.empty();
    }
}
