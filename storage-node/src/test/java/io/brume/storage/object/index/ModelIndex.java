package io.brume.storage.object.index;

import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.model.Versioning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What S3 says of one bucket, in plain maps: all versions of a key in one list, newest first. The
 * ids of versions are the tested index's.
 */
final class ModelIndex {
    Versioning versioning = Versioning.OFF;
    private final TreeMap<ObjectKey, List<Version>> keys = new TreeMap<>();
    final Map<String, TreeMap<Integer, UploadPart>> uploads = new HashMap<>();
    final Map<String, ObjectKey> uploadKeys = new HashMap<>();

    /** A version; without content a delete marker. */
    record Version(VersionId id, Optional<ObjectContent> content, Map<String, String> tags) {}

    private List<Version> of(ObjectKey key) {
        return keys.computeIfAbsent(key, _ -> new ArrayList<>());
    }

    @Nullable Version newest(ObjectKey key) {
        List<Version> all = of(key);
        return all.isEmpty() ? null : all.getFirst();
    }

    @Nullable Version current(ObjectKey key) {
        Version newest = newest(key);
        return newest == null || newest.content().isEmpty() ? null : newest;
    }

    Optional<Version> find(ObjectKey key, VersionId id) {
        return of(key).stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /** The fault that a put under a condition meets; empty = none. */
    Optional<Reason> refusal(ObjectKey key, Condition condition) {
        Version current = current(key);
        String etag = current == null ? "" : current.content().orElseThrow().etag();
        if (condition.ifMatch().isPresent()) {
            if (current == null) {
                return Optional.of(Reason.NO_SUCH_KEY);
            }
            if (!condition.ifMatch().get().equals("*") && !condition.ifMatch().get().equals(etag)) {
                return Optional.of(Reason.PRECONDITION_FAILED);
            }
        }
        boolean refused =
                current != null
                        && condition
                                .ifNoneMatch()
                                .map(none -> none.equals("*") || none.equals(etag))
                                .orElse(false);
        return refused ? Optional.of(Reason.PRECONDITION_FAILED) : Optional.empty();
    }

    void add(ObjectKey key, Version version) {
        if (versioning != Versioning.ENABLED) {
            of(key).removeIf(old -> old.id().isNull());
        }
        of(key).addFirst(version);
    }

    void delete(ObjectKey key, Optional<VersionId> marker) {
        if (versioning == Versioning.OFF) {
            of(key).clear();
        } else {
            add(key, new Version(marker.orElseThrow(), Optional.empty(), Map.of()));
        }
    }

    void deleteVersion(ObjectKey key, VersionId id) {
        of(key).removeIf(old -> old.id().equals(id));
    }

    void tag(ObjectKey key, VersionId id, Map<String, String> tags) {
        of(key).replaceAll(old -> old.id().equals(id) ? new Version(id, old.content(), tags) : old);
    }

    Set<ObjectKey> keys() {
        return keys.keySet();
    }

    List<Version> versions(ObjectKey key) {
        return of(key);
    }

    boolean isEmpty() {
        return keys.values().stream().allMatch(List::isEmpty);
    }

    /** All that is named. */
    Set<Blob> blobs() {
        Set<Blob> blobs = new HashSet<>();
        keys.values().stream()
                .flatMap(List::stream)
                .flatMap(version -> version.content().stream())
                .forEach(content -> blobs.addAll(content.blobs()));
        uploads.values().stream()
                .flatMap(parts -> parts.values().stream())
                .forEach(part -> blobs.addAll(part.blobs()));
        return blobs;
    }

    /** A page as S3 describes it: all, filtered, rolled up, cut. */
    List<String> page(ListRequest request) {
        TreeSet<ObjectKey> shown = new TreeSet<>();
        for (ObjectKey key : keys.keySet()) {
            if (current(key) != null && key.value().startsWith(request.prefix())) {
                shown.add(new ObjectKey(rolledUp(key.value(), request)));
            }
        }
        return shown.stream()
                .map(ObjectKey::value)
                .filter(one -> isAfter(one, request))
                .limit(request.limit())
                .toList();
    }

    /** A common prefix is shown when one of its keys is after the mark. */
    private boolean isAfter(String shown, ListRequest request) {
        if (request.after().isEmpty()) {
            return true;
        }
        ObjectKey after = new ObjectKey(request.after());
        if (shown.equals(request.after())) {
            return false;
        }
        return new ObjectKey(shown).compareTo(after) > 0
                || keys.keySet().stream()
                        .anyMatch(key ->
                                current(key) != null
                                        && key.value().startsWith(request.prefix())
                                        && !key.value().equals(shown)
                                        && rolledUp(key.value(), request).equals(shown)
                                        && key.compareTo(after) > 0);
    }

    static String rolledUp(String key, ListRequest request) {
        if (request.delimiter().isEmpty()) {
            return key;
        }
        int at = key.indexOf(request.delimiter(), request.prefix().length());
        return at < 0 ? key : key.substring(0, at + request.delimiter().length());
    }
}
