package io.brume.storage.object.wire;

import io.brume.proto.object.v1.BlobBytes;
import io.brume.proto.object.v1.ReadBlob;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of another node's blob, in calls of bounded size: so a reader that is slow holds no
 * call open, and a node that does not answer is noticed in seconds.
 */
final class GrpcBlobReader implements ContentReader {
    private final GrpcBlobPeer peer;
    private final Blob blob;
    private final long end;
    private Iterator<BlobBytes> pieces = Collections.emptyIterator();
    private long at;
    private long asked;

    GrpcBlobReader(GrpcBlobPeer peer, Blob blob, long offset, long length) {
        this.peer = peer;
        this.blob = blob;
        this.at = offset;
        this.asked = offset;
        this.end = offset + length;
    }

    @Override
    public @Nullable Run next() throws IOException {
        if (at == end) {
            return null;
        }
        try {
            if (at == asked) {
                ask();
            }
            if (!pieces.hasNext()) {
                throw new IOException(peer.nodeId() + " gives too few bytes");
            }
            ByteBuffer bytes = BlobMessages.verified(pieces.next());
            if (!bytes.hasRemaining() || bytes.remaining() > asked - at) {
                throw new IOException(peer.nodeId() + " gives other bytes than it was asked for");
            }
            at += bytes.remaining();
            return new Run.Memory(bytes);
        } catch (StatusRuntimeException e) {
            throw peer.told(e, blob.id());
        }
    }

    private void ask() throws IOException {
        long count = Math.min(BlobService.MOST_READ, end - at);
        pieces =
                peer.stub()
                        .read(
                                ReadBlob.newBuilder()
                                        .setName(BlobMessages.name(blob.id()))
                                        .setLength(blob.length())
                                        .setFrom(at)
                                        .setCount(count)
                                        .build());
        asked = at + count;
    }

    /** What was asked for and is not wanted any more ends by itself, soon. */
    @Override
    public void close() {}
}
