package io.brume.storage.object.group;

import io.brume.common.config.HostPort;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Another node's blobs. Thread-safe; no call waits longer than some seconds. A {@link
 * PeerUnavailableException} tells that the node does not answer; other failures are answers.
 */
public interface BlobPeer {
    /** The most names of a question. */
    int MOST_NAMES = 1024;

    String nodeId();

    /** See {@link io.brume.storage.object.blob.DiskBlobs#write}. */
    Writer write(BlobId id, BlobClaim claim, Instant written, long expected) throws IOException;

    /** Reads a range, verified. */
    ContentReader read(Blob blob, long offset, long length) throws IOException;

    /** Deletes blobs; those that are not there are fine. */
    void delete(Collection<BlobId> ids) throws IOException;

    /** Names of a group in order, at most so many after one. */
    List<BlobId> names(BlobId after, int limit) throws IOException;

    /** The groups of which there are blobs. */
    Set<Integer> groups() throws IOException;

    /** How many names of a group are there, and sums of ranges of them. */
    Digest check(int group, int ranges) throws IOException;

    /** See {@link io.brume.storage.object.blob.DiskBlobs#isFilling}. */
    boolean isFilling() throws IOException;

    /** What stands beside blobs, as far as they are there; at most {@link #MOST_NAMES}. */
    List<BlobFacts> describe(Collection<BlobId> ids) throws IOException;

    /** See {@link io.brume.storage.object.blob.DiskBlobs#digest}. */
    record Digest(long count, List<Long> sums) {
        public Digest {
            sums = List.copyOf(sums);
        }
    }

    /** Writes a blob there. */
    interface Writer extends BlobWriter {
        /** All bytes are there, and {@link #finish} will be called soon: it need not wait then. */
        void finishing() throws IOException;
    }

    /** Gives the blobs of nodes. */
    @FunctionalInterface
    interface Directory {
        BlobPeer peer(String nodeId, HostPort address);
    }
}
