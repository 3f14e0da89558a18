package io.brume.storage.object.s3;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectVersion;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a decision may turn on beside the request's head, which the {@link Caller} has.
 *
 * @param requestTags the tags that the request gives an object
 * @param object the version that the call is about, as it is stored; looked up when it is asked
 *     for, empty when there is none
 */
public record AccessContext(
        Map<String, String> requestTags, Supplier<Optional<ObjectVersion>> object) {
    public static final AccessContext NONE = new AccessContext(Map.of(), Optional::empty);

    public AccessContext {
        requestTags = Map.copyOf(requestTags);
        requireNonNull(object);
    }

    /** Of a call that is about this version. */
    public static AccessContext of(Optional<ObjectVersion> version) {
        return new AccessContext(Map.of(), () -> version);
    }

    /** Of a call that gives an object tags. */
    public static AccessContext tagging(Map<String, String> tags) {
        return tags.isEmpty() ? NONE : new AccessContext(tags, Optional::empty);
    }
}
