package io.brume.storage.object.wire;

import com.google.protobuf.ByteString;
import io.brume.proto.object.v1.BlobBytes;
import io.brume.proto.object.v1.BlobHead;
import io.brume.proto.object.v1.BlobName;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What is said between nodes, and what it means. */
final class BlobMessages {
    private BlobMessages() {}

    static BlobName name(BlobId id) {
        return BlobName.newBuilder().setHigh(id.high()).setLow(id.low()).build();
    }

    static BlobId id(BlobName name) {
        return new BlobId(name.getHigh(), name.getLow());
    }

    static BlobHead head(BlobId id, BlobClaim claim, Instant written, long length) {
        return BlobHead.newBuilder()
                .setName(name(id))
                .setBucket(claim.bucket())
                .setKey(claim.key().value())
                .setUploadId(claim.uploadId().orElse(""))
                .setWrittenMillis(written.toEpochMilli())
                .setLength(Math.max(0, length))
                .build();
    }

    static BlobHead head(BlobFacts facts) {
        return head(facts.blob().id(), facts.claim(), facts.written(), facts.blob().length());
    }

    /**
     * What a head says to claim a blob.
     *
     * @throws IllegalArgumentException when it cannot be
     */
    static BlobClaim claim(BlobHead head) {
        return new BlobClaim(
                head.getBucket(),
                new ObjectKey(head.getKey()),
                head.getUploadId().isEmpty() ? Optional.empty() : Optional.of(head.getUploadId()));
    }

    static Instant written(BlobHead head) {
        return Instant.ofEpochMilli(head.getWrittenMillis());
    }

    static BlobFacts facts(BlobHead head) {
        return new BlobFacts(
                new Blob(id(head.getName()), head.getLength()), claim(head), written(head));
    }

    static int sum(ByteBuffer bytes) {
        var sum = new CRC32C();
        sum.update(bytes.duplicate());
        return (int) sum.getValue();
    }

    /** Bytes with their sum; they may not change any more. */
    static BlobBytes bytes(ByteString data) {
        return BlobBytes.newBuilder()
                .setData(data)
                .setSum(sum(data.asReadOnlyByteBuffer()))
                .build();
    }

    /** The bytes, held against their sum. */
    static ByteBuffer verified(BlobBytes bytes) throws IOException {
        ByteBuffer data = bytes.getData().asReadOnlyByteBuffer();
        if (sum(data) != bytes.getSum()) {
            throw new IOException("bytes of a blob were damaged on their way");
        }
        return data;
    }
}
