package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.common.aws.sigv4.Payload;
import io.brume.storage.object.s3.S3Faults;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checksum that a body gets, and those that it is held against.
 *
 * @param kept the algorithm of the one that is kept
 * @param expected what the request's headers promise, in base64, {@code Content-MD5} among it
 * @param trailer what follows the body, and is checked by whoever takes the framing off
 */
record ChecksumChoice(
        ChecksumAlgorithm kept,
        Map<ChecksumAlgorithm, String> expected,
        Optional<ChecksumAlgorithm> trailer) {
    /** What S3 gives an object whose client names none. */
    static final ChecksumAlgorithm USUAL = ChecksumAlgorithm.CRC64NVME;

    ChecksumChoice {
        requireNonNull(kept);
        expected = Map.copyOf(expected);
        requireNonNull(trailer);
    }

    /** For bytes that nobody promised anything of. */
    static ChecksumChoice plain(ChecksumAlgorithm kept) {
        return new ChecksumChoice(kept, Map.of(), Optional.empty());
    }

    /** For an object that is put whole. */
    static ChecksumChoice ofObject(HttpCall head, Payload payload) {
        var named = named(head, payload);
        return of(payload, named.orElse(USUAL));
    }

    /**
     * For a part.
     *
     * @param demanded what the upload was begun with; empty = nothing was said
     */
    static ChecksumChoice ofPart(
            HttpCall head, Payload payload, Optional<ChecksumAlgorithm> demanded) {
        var named = named(head, payload);
        if (demanded.isPresent() && named.isPresent() && !named.equals(demanded)) {
            throw S3Faults.invalidRequest(
                    "Checksum Type mismatch occurred, expected checksum Type: "
                            + lower(demanded.get())
                            + ", actual checksum Type: "
                            + lower(named.get()));
        }
        return of(payload, demanded.orElse(USUAL));
    }

    private static ChecksumChoice of(Payload payload, ChecksumAlgorithm kept) {
        return new ChecksumChoice(
                kept, payload.checksums(), payload.trailers().stream().findFirst());
    }

    /** The one algorithm that the request sends a checksum of. */
    private static Optional<ChecksumAlgorithm> named(HttpCall head, Payload payload) {
        var named = EnumSet.noneOf(ChecksumAlgorithm.class);
        named.addAll(payload.checksums().keySet());
        named.remove(ChecksumAlgorithm.MD5);
        named.addAll(payload.trailers());
        if (named.size() > 1) {
            throw S3Faults.invalidRequest(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not"
                            + " allowed.");
        }
        demandAnnounced(head.header("x-amz-sdk-checksum-algorithm"), named);
        return named.stream().findFirst();
    }

    private static void demandAnnounced(@Nullable String announced, Set<ChecksumAlgorithm> named) {
        if (announced == null) {
            return;
        }
        if (named.isEmpty()) {
            throw S3Faults.invalidRequest(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-*"
                            + " or x-amz-trailer headers were found.");
        }
        if (named.stream().noneMatch(each -> each.name().equalsIgnoreCase(announced))) {
            throw S3Faults.invalidRequest(
                    "Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
    }

    /** The algorithms that have to be run over the body, MD5 among them: it is the ETag. */
    List<ChecksumAlgorithm> run() {
        var run = EnumSet.of(ChecksumAlgorithm.MD5);
        run.addAll(expected.keySet());
        if (trailer.isEmpty() || trailer.get() != kept) {
            run.add(kept);
        }
        return List.copyOf(run);
    }

    /**
     * Holds what was computed against what was promised.
     *
     * @throws io.brume.common.aws.Fault {@code BadDigest}
     */
    void demand(EnumMap<ChecksumAlgorithm, String> computed) {
        expected.forEach((algorithm, promised) -> {
            if (!promised.equals(computed.get(algorithm))) {
                throw algorithm.mismatch();
            }
        });
    }

    private static String lower(ChecksumAlgorithm algorithm) {
        return algorithm.name().toLowerCase(Locale.ROOT);
    }
}
