package io.brume.storage.object.s3.inventory;

import static java.util.stream.Collectors.joining;

import io.brume.common.aws.sigv4.PercentEncoding;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.s3.CanonicalUser;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.InventoryIncludedObjectVersions;
import software.amazon.awssdk.services.s3.model.InventoryOptionalField;

/**
 * What an inventory tells of each object, and the line of one. Immutable.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html#storage-inventory-contents">
 * S3 Inventory lists</a>.
 */
final class InventoryColumns {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Bucket bucket;
    private final boolean versions;
    private final List<InventoryOptionalField> fields;

    InventoryColumns(Bucket bucket, InventoryConfiguration inventory) {
        this.bucket = bucket;
        this.versions = inventory.includedObjectVersions() == InventoryIncludedObjectVersions.ALL;
        this.fields =
                Stream.of(InventoryOptionalField.values())
                        .filter(inventory.optionalFields()::contains)
                        .toList();
    }

    boolean ofAllVersions() {
        return versions;
    }

    /** Their names, as the manifest has them. */
    String names() {
        var names = new ArrayList<>(List.of("Bucket", "Key"));
        if (versions) {
            names.addAll(List.of("VersionId", "IsLatest", "IsDeleteMarker"));
        }
        fields.forEach(field -> names.add(name(field)));
        return String.join(", ", names);
    }

    private static String name(InventoryOptionalField field) {
        return field == InventoryOptionalField.E_TAG ? "ETag" : field.toString();
    }

    /** With its end. */
    String line(ListedVersion listed) {
        var version = listed.version();
        var values = new ArrayList<String>();
        values.add(bucket.name().value());
        values.add(PercentEncoding.encode(version.key().value(), true));
        if (versions) {
            values.add(version.versionId().isNull() ? "" : version.versionId().value());
            values.add(String.valueOf(listed.latest()));
            values.add(String.valueOf(version.isDeleteMarker()));
        }
        fields.forEach(field -> values.add(value(field, version)));
        return values.stream().map(value -> '"' + value + '"').collect(joining(",", "", "\n"));
    }

    private static String value(InventoryOptionalField field, ObjectVersion version) {
        return switch (field) {
            case SIZE -> of(version, content -> String.valueOf(content.size()));
            case LAST_MODIFIED_DATE -> TIME.format(version.modified());
            case STORAGE_CLASS -> of(version, content -> content.storageClass().name());
            case E_TAG -> of(version, ObjectContent::etag);
            case IS_MULTIPART_UPLOADED ->
                    of(version, content -> String.valueOf(content.etag().contains("-")));
            case ENCRYPTION_STATUS ->
                    of(version, content -> Encryptions.status(version.settings()));
            case OBJECT_LOCK_RETAIN_UNTIL_DATE -> retention(version, 1);
            case OBJECT_LOCK_MODE -> retention(version, 0);
            case OBJECT_LOCK_LEGAL_HOLD_STATUS ->
                    version.settings().getOrDefault(ObjectSetting.LEGAL_HOLD, "");
            case BUCKET_KEY_STATUS ->
                    Encryptions.isByBucketKey(version.settings())
                            .map(enabled -> enabled ? "ENABLED" : "DISABLED")
                            .orElse("");
            case CHECKSUM_ALGORITHM ->
                    of(
                            version,
                            content ->
                                    content.checksum()
                                            .map(checksum -> checksum.algorithm().name())
                                            .orElse(""));
            case OBJECT_OWNER -> CanonicalUser.id(version.owner());
            // nothing is replicated, or put into another tier
            case REPLICATION_STATUS, INTELLIGENT_TIERING_ACCESS_TIER -> "";
            case OBJECT_ACCESS_CONTROL_LIST, UNKNOWN_TO_SDK_VERSION ->
                    throw new IllegalArgumentException(field + " cannot be configured");
        };
    }

    /** Nothing of a delete marker. */
    private static String of(ObjectVersion version, Function<ObjectContent, String> value) {
        return version.content().map(value).orElse("");
    }

    /** Of {@code MODE until}. */
    private static String retention(ObjectVersion version, int word) {
        var retention = version.settings().get(ObjectSetting.RETENTION);
        return retention == null ? "" : retention.split(" ", -1)[word];
    }
}
