package io.brume.storage.object.index;

import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.model.ObjectContent;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a change's condition holds.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html">
 * conditional requests</a>.
 */
final class Preconditions {
    private static final String ANY = "*";

    private Preconditions() {}

    /**
     * @param current null = there is no object
     */
    static void checkPut(Condition condition, @Nullable StoredVersion current) {
        ObjectContent content = content(current);
        if (condition.ifMatch().isPresent()) {
            if (content == null) {
                throw new IndexFault(Reason.NO_SUCH_KEY);
            }
            check(matches(condition.ifMatch().get(), content));
        }
        if (condition.ifNoneMatch().isPresent() && content != null) {
            check(!matches(condition.ifNoneMatch().get(), content));
        }
    }

    /**
     * What is not there any more needs no deletion, so that only {@code *} minds.
     *
     * @param version null = there is no object
     */
    static void checkDelete(Condition condition, @Nullable StoredVersion version) {
        if (version == null || version.content().isEmpty()) {
            check(!condition.ifMatch().equals(Optional.of(ANY)));
            return;
        }
        ObjectContent content = version.content().get();
        check(condition.ifMatch().map(etag -> matches(etag, content)).orElse(true));
        check(condition.ifSize().map(size -> size == content.size()).orElse(true));
        check(
                condition
                        .ifModified()
                        .map(time ->
                                time.truncatedTo(ChronoUnit.SECONDS)
                                        .equals(version.modified().truncatedTo(ChronoUnit.SECONDS)))
                        .orElse(true));
    }

    private static @Nullable ObjectContent content(@Nullable StoredVersion version) {
        return version == null ? null : version.content().orElse(null);
    }

    private static boolean matches(String etag, ObjectContent content) {
        return etag.equals(ANY) || etag.equals(content.etag());
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IndexFault(Reason.PRECONDITION_FAILED);
        }
    }
}
