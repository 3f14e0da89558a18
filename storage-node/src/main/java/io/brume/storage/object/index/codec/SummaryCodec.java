package io.brume.storage.object.index.codec;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.proto.object.v1.ChecksumRecord;
import io.brume.proto.object.v1.ContentRecord;
import io.brume.proto.object.v1.VersionRecord;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.VersionId;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads of a version what a list shows. A page has a thousand rows, and most of what they hold is
 * passed over here without becoming an object.
 */
final class SummaryCodec {
    static final Codec<StoredVersion> CODEC =
            Codec.of(
                    _ -> {
                        throw new UnsupportedOperationException("summaries are only read");
                    },
                    SummaryCodec::read);

    private static final int KEY = 1;
    private static final int VALUE = 2;

    private VersionId versionId = VersionId.NULL;
    private long sequence;
    private long modified;
    private String owner = "";
    private Optional<ObjectContent> content = Optional.empty();
    private Map<String, String> tags = Map.of();
    private Map<ObjectSetting, String> settings = Map.of();

    private SummaryCodec() {}

    private static StoredVersion read(byte[] bytes) {
        SummaryCodec summary = new SummaryCodec();
        summary.version(new FieldReader(bytes));
        return new StoredVersion(
                summary.versionId,
                summary.sequence,
                Instant.ofEpochMilli(summary.modified),
                new AccountId(summary.owner),
                summary.content,
                Optional.empty(),
                Map.of(),
                summary.tags,
                summary.settings);
    }

    private void version(FieldReader in) {
        while (in.next()) {
            switch (in.field()) {
                case VersionRecord.VERSION_ID_FIELD_NUMBER ->
                        versionId = VersionCodec.id(in.text());
                case VersionRecord.SEQUENCE_FIELD_NUMBER -> sequence = in.number();
                case VersionRecord.MODIFIED_MILLIS_FIELD_NUMBER -> modified = in.number();
                case VersionRecord.OWNER_FIELD_NUMBER -> owner = in.text();
                case VersionRecord.CONTENT_FIELD_NUMBER -> content = Optional.of(content(in));
                case VersionRecord.TAGS_FIELD_NUMBER -> {
                    tags = tags.isEmpty() ? new HashMap<>() : tags;
                    entry(in, tags);
                }
                case VersionRecord.SETTINGS_FIELD_NUMBER -> {
                    Map<String, String> setting = new HashMap<>();
                    entry(in, setting);
                    settings = settings.isEmpty() ? new EnumMap<>(ObjectSetting.class) : settings;
                    settings.putAll(Records.settings(setting));
                }
                default -> in.skip();
            }
        }
    }

    private static ObjectContent content(FieldReader in) {
        long size = 0;
        String etag = "";
        StorageClass storageClass = StorageClass.STANDARD;
        Optional<ObjectChecksum> checksum = Optional.empty();
        int before = in.open();
        while (in.next()) {
            switch (in.field()) {
                case ContentRecord.SIZE_FIELD_NUMBER -> size = in.number();
                case ContentRecord.ETAG_FIELD_NUMBER -> etag = in.text();
                case ContentRecord.STORAGE_CLASS_FIELD_NUMBER ->
                        storageClass = Records.storageClass(in.text());
                case ContentRecord.CHECKSUM_FIELD_NUMBER -> checksum = Optional.of(checksum(in));
                default -> in.skip();
            }
        }
        in.close(before);
        return new ObjectContent(size, etag, storageClass, checksum, List.of(), List.of());
    }

    private static ObjectChecksum checksum(FieldReader in) {
        String algorithm = "";
        String base64 = "";
        boolean composite = false;
        int before = in.open();
        while (in.next()) {
            switch (in.field()) {
                case ChecksumRecord.ALGORITHM_FIELD_NUMBER -> algorithm = in.text();
                case ChecksumRecord.BASE64_FIELD_NUMBER -> base64 = in.text();
                case ChecksumRecord.COMPOSITE_FIELD_NUMBER -> composite = in.number() != 0;
                default -> in.skip();
            }
        }
        in.close(before);
        return new ObjectChecksum(ChecksumAlgorithm.valueOf(algorithm), base64, composite);
    }

    private static void entry(FieldReader in, Map<String, String> into) {
        String key = "";
        String value = "";
        int before = in.open();
        while (in.next()) {
            switch (in.field()) {
                case KEY -> key = in.text();
                case VALUE -> value = in.text();
                default -> in.skip();
            }
        }
        in.close(before);
        into.put(key, value);
    }
}
