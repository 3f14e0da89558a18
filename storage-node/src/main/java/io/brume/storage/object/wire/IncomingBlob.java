package io.brume.storage.object.wire;

import io.brume.proto.object.v1.BlobHead;
import io.brume.proto.object.v1.WriteBlob;
import io.brume.proto.object.v1.WriteBlobResponse;
import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.blob.DiskBlobs;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a blob that another node writes here. A message is asked for when there is room for it. One
 * thread at a time.
 */
final class IncomingBlob implements StreamObserver<WriteBlob> {
    /** Messages that may be on their way. */
    private static final int AHEAD = 4;

    private final DiskBlobs blobs;
    private final ServerCallStreamObserver<WriteBlobResponse> call;
    private @Nullable BlobWriter writer;
    private long end;
    private boolean over;

    IncomingBlob(DiskBlobs blobs, ServerCallStreamObserver<WriteBlobResponse> call) {
        this.blobs = blobs;
        this.call = call;
        call.disableAutoRequest();
        call.request(AHEAD);
    }

    @Override
    public void onNext(WriteBlob message) {
        if (over) {
            return;
        }
        try {
            take(message);
            call.request(1);
        } catch (IOException | IllegalArgumentException e) {
            refuse(e);
        }
    }

    private void take(WriteBlob message) throws IOException {
        BlobWriter to = writer;
        if (to == null) {
            if (!message.hasHead()) {
                throw new IllegalArgumentException("a blob without a head");
            }
            BlobHead head = message.getHead();
            long length = head.getLength();
            to =
                    blobs.write(
                            BlobMessages.id(head.getName()),
                            BlobMessages.claim(head),
                            BlobMessages.written(head),
                            length == 0 ? -1 : length);
            writer = to;
        }
        if (message.hasBytes()) {
            to.write(BlobMessages.verified(message.getBytes()));
        }
        if (message.getEnd() != 0) {
            end = message.getEnd();
        }
    }

    private void refuse(Exception cause) {
        end();
        call.onError(BlobService.refused(cause));
    }

    private void end() {
        over = true;
        if (writer != null) {
            writer.close();
        }
    }

    @Override
    public void onError(Throwable cause) {
        // It was given up over there.
        end();
    }

    @Override
    public void onCompleted() {
        if (over) {
            return;
        }
        try {
            BlobWriter whole = writer;
            if (whole == null || end == 0 || whole.length() != end) {
                throw new IllegalArgumentException("a blob of another length than was said");
            }
            whole.finish();
            end();
            call.onNext(WriteBlobResponse.getDefaultInstance());
            call.onCompleted();
        } catch (IOException | IllegalArgumentException e) {
            refuse(e);
        }
    }
}
