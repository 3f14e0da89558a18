package io.brume.storage.object.index.codec;

import io.brume.proto.object.v1.BucketRecord;
import io.brume.proto.object.v1.BucketVersioning;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.Versioning;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.Map;

/** Buckets without their documents. */
public final class BucketCodec {
    static final Codec<Bucket> CODEC =
            Records.codec(BucketRecord.parser(), BucketCodec::record, BucketCodec::bucket);

    private BucketCodec() {}

    public static BucketRecord record(Bucket bucket) {
        return BucketRecord.newBuilder()
                .setName(bucket.name().value())
                .setNumber(bucket.number())
                .setOwner(bucket.owner().value())
                .setCreatedMillis(bucket.created().toEpochMilli())
                .setRegion(bucket.region())
                .setVersioning(
                        switch (bucket.versioning()) {
                            case OFF -> BucketVersioning.BUCKET_VERSIONING_OFF;
                            case ENABLED -> BucketVersioning.BUCKET_VERSIONING_ENABLED;
                            case SUSPENDED -> BucketVersioning.BUCKET_VERSIONING_SUSPENDED;
                        })
                .setObjectLock(bucket.objectLock())
                .build();
    }

    public static Bucket bucket(BucketRecord record) {
        return new Bucket(
                new BucketName(record.getName()),
                record.getNumber(),
                new AccountId(record.getOwner()),
                Instant.ofEpochMilli(record.getCreatedMillis()),
                record.getRegion(),
                switch (record.getVersioning()) {
                    case BUCKET_VERSIONING_OFF -> Versioning.OFF;
                    case BUCKET_VERSIONING_ENABLED -> Versioning.ENABLED;
                    case BUCKET_VERSIONING_SUSPENDED -> Versioning.SUSPENDED;
                    case BUCKET_VERSIONING_UNSPECIFIED, UNRECOGNIZED ->
                            throw new IllegalArgumentException("a bucket without versioning");
                },
                record.getObjectLock(),
                Map.of());
    }
}
