package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.s3.HttpDates;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What must hold of an object for it to be read; a tag overrules the date of its kind.
 *
 * <p>Source: RFC 9110, 13.2.2, which S3 follows.
 */
record ReadConditions(
        Optional<String> ifMatch,
        Optional<String> ifNoneMatch,
        Optional<Instant> ifModifiedSince,
        Optional<Instant> ifUnmodifiedSince) {
    private static final ReadConditions NONE =
            new ReadConditions(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** What they come to. */
    enum Verdict {
        READ,
        NOT_MODIFIED,
        FAILED
    }

    ReadConditions {
        requireNonNull(ifMatch);
        requireNonNull(ifNoneMatch);
        requireNonNull(ifModifiedSince);
        requireNonNull(ifUnmodifiedSince);
    }

    /** Those of a request that reads. */
    static ReadConditions of(HttpCall head) {
        return of(head, "");
    }

    /**
     * Those of a request's headers whose names begin so.
     *
     * @param prefix {@code x-amz-copy-source-} for those on the source of a copy
     */
    static ReadConditions of(HttpCall head, String prefix) {
        var conditions =
                new ReadConditions(
                        Optional.ofNullable(head.header(prefix + "if-match")),
                        Optional.ofNullable(head.header(prefix + "if-none-match")),
                        date(head, prefix + "if-modified-since"),
                        date(head, prefix + "if-unmodified-since"));
        return conditions;
    }

    private static Optional<Instant> date(HttpCall head, String name) {
        return Optional.ofNullable(head.header(name)).flatMap(HttpDates::parse);
    }

    Verdict verdict(String etag, Instant modified) {
        if (equals(NONE)) {
            return Verdict.READ;
        }
        var second = modified.truncatedTo(ChronoUnit.SECONDS);
        boolean failed =
                ifMatch.isPresent()
                        ? !ETags.listed(ifMatch.get(), etag)
                        : ifUnmodifiedSince.isPresent() && second.isAfter(ifUnmodifiedSince.get());
        if (failed) {
            return Verdict.FAILED;
        }
        boolean same =
                ifNoneMatch.isPresent()
                        ? ETags.listed(ifNoneMatch.get(), etag)
                        : ifModifiedSince.isPresent() && !second.isAfter(ifModifiedSince.get());
        return same ? Verdict.NOT_MODIFIED : Verdict.READ;
    }
}
