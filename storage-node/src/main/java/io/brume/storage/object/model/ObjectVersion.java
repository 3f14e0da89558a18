package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One version of an object, or a delete marker.
 *
 * @param sequence orders the versions of a key: a higher one is newer
 * @param modified when it was put, to the millisecond
 * @param owner who put it
 * @param content empty for a delete marker
 * @param headers what GET answers besides, by lower-case name: {@code content-type} and its kin,
 *     and {@code x-amz-meta-…}; at most 8 KiB together
 * @param tags at most ten
 * @param settings what was set for this version alone
 */
public record ObjectVersion(
        ObjectKey key,
        VersionId versionId,
        long sequence,
        Instant modified,
        AccountId owner,
        Optional<ObjectContent> content,
        Map<String, String> headers,
        Map<String, String> tags,
        Map<ObjectSetting, String> settings) {
    public ObjectVersion {
        requireNonNull(key);
        requireNonNull(versionId);
        requireNonNull(modified);
        requireNonNull(owner);
        requireNonNull(content);
        headers = Map.copyOf(headers);
        tags = Map.copyOf(tags);
        settings = Map.copyOf(settings);
    }

    public boolean isDeleteMarker() {
        return content.isEmpty();
    }

    /** Where its restoration is, if it is archived and was asked for. */
    public Optional<Restoration> restoration() {
        return settings.isEmpty() ? Optional.empty() : Restoration.of(settings);
    }

    /** Whether its bytes can be read at an instant: an archive's from a restored copy only. */
    public boolean isReadable(Instant now) {
        return content.isPresent()
                && (!content.get().storageClass().isArchive()
                        || restoration()
                                .filter(state ->
                                        state instanceof Restoration.Ready
                                                && state.until().isAfter(now))
                                .isPresent());
    }

    public ObjectVersion withContent(ObjectContent other) {
        return new ObjectVersion(
                key,
                versionId,
                sequence,
                modified,
                owner,
                Optional.of(other),
                headers,
                tags,
                settings);
    }

    public ObjectVersion withTags(Map<String, String> others) {
        return new ObjectVersion(
                key, versionId, sequence, modified, owner, content, headers, others, settings);
    }

    public ObjectVersion withSettings(Map<ObjectSetting, String> others) {
        return new ObjectVersion(
                key, versionId, sequence, modified, owner, content, headers, tags, others);
    }
}
