package io.brume.storage.object.index;

import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.StorageClass;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Objects for tests, each of blobs of its own. */
public final class TestObjects {
    public static final BucketName BUCKET = new BucketName("bucket");
    public static final AccountId OWNER = new AccountId("000000000001");

    /** After everything. */
    public static final Instant LATER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private static final AtomicLong BLOBS = new AtomicLong();

    private TestObjects() {}

    public static List<Blob> blobs(int count) {
        return Stream.generate(() -> new Blob(new BlobId(3L << 48, BLOBS.incrementAndGet()), 1))
                .limit(count)
                .toList();
    }

    public static ObjectContent content(String etag, List<Blob> blobs) {
        return new ObjectContent(
                blobs.size(), etag, StorageClass.STANDARD, Optional.empty(), List.of(), blobs);
    }

    public static NewObject object(String key, String etag) {
        return object(key, etag, Map.of());
    }

    public static NewObject object(String key, String etag, Map<ObjectSetting, String> settings) {
        return new NewObject(
                new ObjectKey(key),
                OWNER,
                content(etag, blobs(1)),
                Map.of("content-type", "binary/octet-stream"),
                Map.of(),
                settings);
    }
}
