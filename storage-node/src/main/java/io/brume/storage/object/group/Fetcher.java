package io.brume.storage.object.group;

import io.brume.common.concurrent.Background;
import io.brume.storage.block.Pace;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
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

    private void bring(BlobFacts facts) throws IOException, InterruptedException {
        try (BlobWriter writer =
                local.write(
                        facts.blob().id(), facts.claim(), facts.written(), facts.blob().length())) {
            copy(facts, writer);
        }
        tally.fetched.increment();
        tally.fetchedBytes.add(facts.blob().length());
    }

    private void copy(BlobFacts facts, BlobWriter to) throws IOException, InterruptedException {
        try (ContentReader reader = data.openElsewhere(facts.blob())) {
            for (ContentReader.@Nullable Run run = reader.next();
                    run != null;
                    run = reader.next()) {
                if (thread.isClosed()) {
                    throw new IOException("the program ends");
                }
                to.write(bytes(run));
                var _ = thread.pause(pace.use(run.length()));
            }
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
        if (known.isEmpty()) {
            LOG.error("{} is missing or damaged here, and no other node has it", id);
            return;
        }
        BlobFacts facts = known.get();
        if (!claims.isNamed(facts.blob(), facts.claim())) {
            return;
        }
        if (local.has(id)) {
            try (BlobWriter writer = local.rewrite(facts)) {
                copy(facts, writer);
            }
            tally.mended.increment();
            LOG.warn("{} was damaged here, and was written anew", id);
        } else {
            bring(facts);
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
