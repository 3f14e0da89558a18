package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A version as its row has it: without its key, which is the row's.
 *
 * @param content empty for a delete marker; its blobs and parts are empty when they are in rows
 * @param rows where the blobs are, when they are not here
 */
public record StoredVersion(
        VersionId versionId,
        long sequence,
        Instant modified,
        AccountId owner,
        Optional<ObjectContent> content,
        Optional<ContentRows> rows,
        Map<String, String> headers,
        Map<String, String> tags,
        Map<ObjectSetting, String> settings) {
    public StoredVersion {
        requireNonNull(versionId);
        requireNonNull(modified);
        requireNonNull(owner);
        requireNonNull(content);
        requireNonNull(rows);
        headers = Map.copyOf(headers);
        tags = Map.copyOf(tags);
        settings = Map.copyOf(settings);
    }

    /** A version that is not in any row, with all its parts and blobs. */
    public static StoredVersion of(ObjectVersion version) {
        return new StoredVersion(
                version.versionId(),
                version.sequence(),
                version.modified(),
                version.owner(),
                version.content(),
                Optional.empty(),
                version.headers(),
                version.tags(),
                version.settings());
    }

    public boolean isDeleteMarker() {
        return content.isEmpty();
    }

    /** What S3 knows of it, as far as it is in this row. */
    public ObjectVersion at(ObjectKey key) {
        return new ObjectVersion(
                key, versionId, sequence, modified, owner, content, headers, tags, settings);
    }

    public StoredVersion withContent(ObjectContent other) {
        return new StoredVersion(
                versionId,
                sequence,
                modified,
                owner,
                Optional.of(other),
                rows,
                headers,
                tags,
                settings);
    }

    public StoredVersion withRows(Optional<ContentRows> others) {
        return new StoredVersion(
                versionId, sequence, modified, owner, content, others, headers, tags, settings);
    }

    public StoredVersion withTags(Map<String, String> others) {
        return new StoredVersion(
                versionId, sequence, modified, owner, content, rows, headers, others, settings);
    }

    public StoredVersion withSettings(Map<ObjectSetting, String> others) {
        return new StoredVersion(
                versionId, sequence, modified, owner, content, rows, headers, tags, others);
    }
}
