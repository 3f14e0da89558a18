package io.brume.storage.object.wire;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.proto.object.v1.BlobBytes;
import io.brume.proto.object.v1.BlobHead;
import io.brume.proto.object.v1.BlobName;
import io.brume.proto.object.v1.BlobsGrpc;
import io.brume.proto.object.v1.CheckGroup;
import io.brume.proto.object.v1.CheckGroupResponse;
import io.brume.proto.object.v1.DeleteBlobs;
import io.brume.proto.object.v1.DeleteBlobsResponse;
import io.brume.proto.object.v1.DescribeBlobs;
import io.brume.proto.object.v1.DescribeBlobsResponse;
import io.brume.proto.object.v1.ListBlobs;
import io.brume.proto.object.v1.ListBlobsResponse;
import io.brume.proto.object.v1.ReadBlob;
import io.brume.proto.object.v1.WriteBlob;
import io.brume.proto.object.v1.WriteBlobResponse;
import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.blob.NoSuchBlobException;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contract {@code brume.object.v1.Blobs} over this node's disk. Waits for the disk: for virtual
 * threads. Thread-safe.
 */
public final class BlobService extends BlobsGrpc.BlobsImplBase {
    /** The most bytes of one call of {@code Read}. */
    static final int MOST_READ = 1 << 20;

    private static final int MOST_NAMES = 4096;
    private static final int MOST_RANGES = 1 << 16;
    private static final Logger LOG = LoggerFactory.getLogger(BlobService.class);

    private final DiskBlobs blobs;

    public BlobService(DiskBlobs blobs) {
        this.blobs = requireNonNull(blobs);
    }

    /** What a call does and answers. */
    private interface Answer<T> {
        void give(StreamObserver<T> to) throws IOException;
    }

    private static <T> void answer(StreamObserver<T> observer, Answer<T> answer) {
        try {
            answer.give(observer);
            observer.onCompleted();
        } catch (IOException | IllegalArgumentException e) {
            observer.onError(refused(e));
        }
    }

    static StatusRuntimeException refused(Exception cause) {
        Status status =
                switch (cause) {
                    case NoSuchBlobException _ -> Status.NOT_FOUND;
                    case DamagedBlobException _ -> Status.DATA_LOSS;
                    case NoSpaceException _ -> Status.RESOURCE_EXHAUSTED;
                    case IllegalArgumentException _ -> Status.INVALID_ARGUMENT;
                    default -> {
                        LOG.error("A call of another node failed", cause);
                        yield Status.UNAVAILABLE;
                    }
                };
        return status.withDescription(cause.getMessage()).withCause(cause).asRuntimeException();
    }

    @Override
    public StreamObserver<WriteBlob> write(StreamObserver<WriteBlobResponse> observer) {
        return new IncomingBlob(blobs, (ServerCallStreamObserver<WriteBlobResponse>) observer);
    }

    @Override
    public void read(ReadBlob request, StreamObserver<BlobBytes> observer) {
        answer(
                observer,
                to -> {
                    if (request.getCount() > MOST_READ) {
                        throw new IllegalArgumentException("too much at once");
                    }
                    var blob = new Blob(BlobMessages.id(request.getName()), request.getLength());
                    try (ContentReader reader =
                            blobs.readToMemory(blob, request.getFrom(), request.getCount())) {
                        for (ContentReader.@Nullable Run run = reader.next();
                                run != null;
                                run = reader.next()) {
                            to.onNext(BlobMessages.bytes(ByteString.copyFrom(memory(run))));
                        }
                    }
                });
    }

    private static ByteBuffer memory(ContentReader.Run run) {
        return switch (run) {
            case ContentReader.Run.Memory(ByteBuffer bytes) -> bytes.duplicate();
            case ContentReader.Run.Region _ ->
                    throw new IllegalStateException("it was to be read to memory");
        };
    }

    private static List<BlobId> ids(List<BlobName> names) {
        if (names.size() > MOST_NAMES) {
            throw new IllegalArgumentException("too many names");
        }
        return names.stream().map(BlobMessages::id).toList();
    }

    @Override
    public void delete(DeleteBlobs request, StreamObserver<DeleteBlobsResponse> observer) {
        answer(
                observer,
                to -> {
                    blobs.delete(ids(request.getNamesList()));
                    to.onNext(DeleteBlobsResponse.getDefaultInstance());
                });
    }

    @Override
    public void list(ListBlobs request, StreamObserver<ListBlobsResponse> observer) {
        answer(
                observer,
                to -> {
                    BlobId after = BlobMessages.id(request.getAfter());
                    int limit = Math.clamp(request.getLimit(), 1, MOST_NAMES);
                    ListBlobsResponse.Builder found = ListBlobsResponse.newBuilder();
                    for (BlobId id : blobs.names(after.group(), after, limit)) {
                        found.addNames(BlobMessages.name(id));
                    }
                    to.onNext(found.build());
                });
    }

    @Override
    public void check(CheckGroup request, StreamObserver<CheckGroupResponse> observer) {
        answer(
                observer,
                to -> {
                    int group = request.getGroup();
                    int ranges = request.getRanges();
                    if (group < 0
                            || group > 0xffff
                            || ranges < 1
                            || ranges > MOST_RANGES
                            || Integer.bitCount(ranges) != 1) {
                        throw new IllegalArgumentException("no such group, or ranges");
                    }
                    CheckGroupResponse.Builder sums =
                            CheckGroupResponse.newBuilder()
                                    .setCount(blobs.count(group))
                                    .setFilling(blobs.isFilling());
                    for (long sum : blobs.digest(group, ranges)) {
                        sums.addSums(sum);
                    }
                    if (request.getListGroups()) {
                        blobs.groups().forEach(sums::addGroups);
                    }
                    to.onNext(sums.build());
                });
    }

    @Override
    public void describe(DescribeBlobs request, StreamObserver<DescribeBlobsResponse> observer) {
        answer(
                observer,
                to -> {
                    List<BlobHead> heads = new ArrayList<>();
                    for (BlobId id : ids(request.getNamesList())) {
                        try {
                            blobs.facts(id).map(BlobMessages::head).ifPresent(heads::add);
                        } catch (DamagedBlobException e) {
                            LOG.warn("not described: {}", e.getMessage());
                        }
                    }
                    to.onNext(DescribeBlobsResponse.newBuilder().addAllHeads(heads).build());
                });
    }
}
