package io.brume.storage.object.s3.delivery;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.common.aws.sigv4.RunningChecksum;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An object of the cloud's own that is being written; given up when it is not finished. */
public final class Delivery extends OutputStream {
    private final ObjectIndex index;
    private final Bucket target;
    private final ObjectKey key;
    private final String contentType;
    private final Encryptions.Plan plan;
    private final ContentWriter writer;
    private final RunningChecksum md5 = ChecksumAlgorithm.MD5.start();
    private long size;

    Delivery(
            ObjectIndex index,
            Bucket target,
            ObjectKey key,
            String contentType,
            Encryptions.Plan plan,
            ContentWriter writer) {
        this.index = requireNonNull(index);
        this.target = requireNonNull(target);
        this.key = requireNonNull(key);
        this.contentType = requireNonNull(contentType);
        this.plan = requireNonNull(plan);
        this.writer = requireNonNull(writer);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        md5.update(bytes, offset, count);
        size += count;
        // the writer may keep what it is given, and the caller uses its array again
        var own = new byte[count];
        System.arraycopy(bytes, offset, own, 0, count);
        writer.write(ByteBuffer.wrap(own));
    }

    /** Puts the object. */
    public Deliveries.Delivered finish() throws IOException {
        var digest = HexFormat.of().formatHex(md5.value());
        var content =
                new ObjectContent(
                        size,
                        plan.etag(digest),
                        StorageClass.STANDARD,
                        Optional.empty(),
                        List.of(),
                        writer.finish());
        index.put(
                target.name(),
                new NewObject(
                        key,
                        target.owner(),
                        content,
                        Map.of("content-type", contentType),
                        Map.of(),
                        plan.setting()),
                Condition.NONE);
        return new Deliveries.Delivered(size, digest);
    }

    @Override
    public void close() {
        writer.close();
    }
}
