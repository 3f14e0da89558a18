package io.brume.storage.object.s3.operation;

import io.brume.common.aws.Fault;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A run of an object's bytes.
 *
 * @param offset of the first
 * @param length how many
 */
record ByteRange(long offset, long length) {
    private static final Pattern SHAPE =
            Pattern.compile("bytes\\s*=\\s*([0-9]{0,18})-([0-9]{0,18})");

    /**
     * What a {@code Range} header asks for of an object; empty when it asks for all: several ranges
     * at once, or a header that cannot be read, are ignored, as S3 does.
     *
     * @throws Fault {@code InvalidRange} when the object has no such bytes
     */
    static Optional<ByteRange> of(String header, long size) {
        var match = SHAPE.matcher(header.strip());
        if (!match.matches()) {
            return Optional.empty();
        }
        var first = match.group(1);
        var last = match.group(2);
        if (first.isEmpty()) {
            return last.isEmpty()
                    ? Optional.empty()
                    : Optional.of(suffix(Long.parseLong(last), size));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return Optional.empty();
        }
        if (from >= size) {
            throw unsatisfiable();
        }
        return Optional.of(new ByteRange(from, Math.min(to, size - 1) - from + 1));
    }

    /**
     * The range that a copy is made of: it must be within the source.
     *
     * @throws Fault {@code InvalidArgument}, {@code InvalidRange}
     */
    static ByteRange ofCopy(String header, long size) {
        var match = SHAPE.matcher(header.strip());
        if (!match.matches() || match.group(1).isEmpty() || match.group(2).isEmpty()) {
            throw invalidCopy();
        }
        long from = Long.parseLong(match.group(1));
        long to = Long.parseLong(match.group(2));
        if (to < from) {
            throw invalidCopy();
        }
        if (to >= size) {
            throw Fault.invalid(
                    "InvalidArgument",
                    "Range specified is not valid for source object of size: " + size);
        }
        return new ByteRange(from, to - from + 1);
    }

    private static ByteRange suffix(long count, long size) {
        long length = Math.min(count, size);
        if (length == 0) {
            throw unsatisfiable();
        }
        return new ByteRange(size - length, length);
    }

    /** As {@code Content-Range} has it. */
    String of(long size) {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }

    private static Fault invalidCopy() {
        return Fault.invalid(
                "InvalidArgument",
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first"
                    + " and last are the zero-based offsets of the first and last bytes to copy");
    }

    private static Fault unsatisfiable() {
        return Fault.invalid("InvalidRange", "The requested range is not satisfiable")
                .withStatus(416);
    }
}
