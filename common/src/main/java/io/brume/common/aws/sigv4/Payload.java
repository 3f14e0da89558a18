package io.brume.common.aws.sigv4;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request declares about its body, and the reader that holds it to that. Thread-safe:
 * immutable; each reader belongs to one thread.
 */
public final class Payload {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final String CONTENT_SHA256 = "x-amz-content-sha256";
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    /** How the body is framed and what covers it. */
    private enum Form {
        /** The body was hashed before the signature was compared: nothing is left to check. */
        WHOLE,
        HASHED,
        UNSIGNED,
        SIGNED_CHUNKS,
        SIGNED_CHUNKS_AND_TRAILER,
        UNSIGNED_CHUNKS_AND_TRAILER
    }

    private final Form form;
    private final String hash;
    private final long length;
    private final Map<ChecksumAlgorithm, String> checksums;
    private final List<ChecksumAlgorithm> trailers;
    private final Optional<ChunkSignatures.Seed> seed;

    private Payload(
            Form form,
            String hash,
            long length,
            Map<ChecksumAlgorithm, String> checksums,
            List<ChecksumAlgorithm> trailers,
            Optional<ChunkSignatures.Seed> seed) {
        this.form = form;
        this.hash = hash;
        this.length = length;
        this.checksums = checksums;
        this.trailers = trailers;
        this.seed = seed;
    }

    static Payload declaredBy(
            HttpCall call, QueryParameters query, boolean presigned, Dialect dialect) {
        var declared = call.header(CONTENT_SHA256);
        if (dialect == Dialect.REST_JSON && UNSIGNED.equals(declared)) {
            return new Payload(Form.UNSIGNED, UNSIGNED, -1, Map.of(), List.of(), Optional.empty());
        }
        if (dialect != Dialect.S3) {
            var actual = Digests.sha256Hex(call.body());
            if (declared != null && !Digests.same(actual, declared)) {
                throw SignatureProblem.PAYLOAD_MISMATCH.in(
                        dialect, SignatureProblem.DOES_NOT_MATCH);
            }
            return new Payload(Form.WHOLE, actual, -1, Map.of(), List.of(), Optional.empty());
        }
        if (declared == null && presigned) {
            declared = query.only("X-Amz-Content-Sha256").orElse(UNSIGNED);
        }
        if (declared == null) {
            throw SignatureProblem.UNSUPPORTED.in(
                    dialect, "Missing required header for this request: " + CONTENT_SHA256);
        }
        return declaredInS3(call, declared);
    }

    private static Payload declaredInS3(HttpCall call, String declared) {
        var form = form(declared);
        boolean chunked =
                switch (form) {
                    case WHOLE, HASHED, UNSIGNED -> false;
                    case SIGNED_CHUNKS, SIGNED_CHUNKS_AND_TRAILER, UNSIGNED_CHUNKS_AND_TRAILER ->
                            true;
                };
        return new Payload(
                form,
                declared,
                length(call, chunked),
                checksums(call),
                chunked && form != Form.SIGNED_CHUNKS ? trailers(call) : List.of(),
                Optional.empty());
    }

    /** What stands for the body in the canonical request. */
    String hash() {
        return hash;
    }

    Payload withChunkKey(SigningKey key, PresentedSignature presented) {
        var chunkSeed =
                new ChunkSignatures.Seed(
                        key, presented.time(), presented.scope(), presented.signature());
        return new Payload(form, hash, length, checksums, trailers, Optional.of(chunkSeed));
    }

    /** The body's length behind its framing, in bytes; −1 when the request does not say. */
    public long length() {
        return length;
    }

    /**
     * Whether the signature leaves the body out: see {@link Verified#demandSignedBody}. Operations
     * that may have such a body hold it against a checksum that is signed.
     */
    public boolean isUnsigned() {
        return form == Form.UNSIGNED;
    }

    /** Whether the body is in aws-chunked framing. */
    public boolean chunked() {
        return switch (form) {
            case WHOLE, HASHED, UNSIGNED -> false;
            case SIGNED_CHUNKS, SIGNED_CHUNKS_AND_TRAILER, UNSIGNED_CHUNKS_AND_TRAILER -> true;
        };
    }

    /** The checksums that the request's headers give, in base64. */
    public Map<ChecksumAlgorithm, String> checksums() {
        return checksums;
    }

    /** The checksums that are announced to follow the body. */
    public List<ChecksumAlgorithm> trailers() {
        return trailers;
    }

    /**
     * What a request to S3 without a signature declares about its body.
     *
     * @throws Fault when it declares what only a signature can hold
     */
    public static Payload ofStranger(HttpCall call) {
        var declared = call.header(CONTENT_SHA256);
        var payload = declaredInS3(call, declared == null ? UNSIGNED : declared);
        if (payload.form == Form.SIGNED_CHUNKS || payload.form == Form.SIGNED_CHUNKS_AND_TRAILER) {
            throw SignatureProblem.UNSUPPORTED.in(
                    Dialect.S3, "A body in signed chunks needs a signature.");
        }
        return payload;
    }

    /** See {@link Verified#body(InputStream)}. */
    public VerifyingInputStream open(InputStream raw) {
        return open(raw, checksums);
    }

    /**
     * As {@link #open}, for the operations whose checksum headers speak of another thing than the
     * body ({@code CompleteMultipartUpload}: of the object).
     */
    public VerifyingInputStream openIgnoringChecksumHeaders(InputStream raw) {
        return open(raw, Map.of());
    }

    private VerifyingInputStream open(InputStream raw, Map<ChecksumAlgorithm, String> given) {
        var checks = new ArrayList<BodyCheck>();
        given.forEach((algorithm, expected) -> checks.add(BodyCheck.of(algorithm, () -> expected)));
        if (length >= 0) {
            checks.add(BodyCheck.length(length));
        }
        return switch (form) {
            case WHOLE -> new VerifyingInputStream(raw, List.of(), name -> "");
            case HASHED -> {
                checks.add(BodyCheck.sha256Hex(hash));
                yield new VerifyingInputStream(raw, checks, name -> "");
            }
            case UNSIGNED -> new VerifyingInputStream(raw, checks, name -> "");
            case SIGNED_CHUNKS, SIGNED_CHUNKS_AND_TRAILER ->
                    chunks(raw, seed.map(ChunkSignatures::new), checks);
            case UNSIGNED_CHUNKS_AND_TRAILER -> chunks(raw, Optional.empty(), checks);
        };
    }

    private VerifyingInputStream chunks(
            InputStream raw, Optional<ChunkSignatures> signatures, List<BodyCheck> checks) {
        boolean trailer = form != Form.SIGNED_CHUNKS;
        var decoded = new AwsChunkedInputStream(raw, signatures, trailer, length);
        for (var algorithm : trailers) {
            checks.add(BodyCheck.of(algorithm, () -> decoded.trailer(algorithm.header())));
        }
        if (trailer) {
            checks.add(BodyCheck.atEnd(() -> decoded.demandOnly(trailers)));
        }
        return new VerifyingInputStream(decoded, checks, decoded::trailer);
    }

    private static Form form(String declared) {
        return switch (declared) {
            case UNSIGNED -> Form.UNSIGNED;
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> Form.SIGNED_CHUNKS;
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> Form.SIGNED_CHUNKS_AND_TRAILER;
            case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> Form.UNSIGNED_CHUNKS_AND_TRAILER;
            default -> {
                if (!SHA256.matcher(declared).matches()) {
                    throw SignatureProblem.PAYLOAD_HASH.in(
                            Dialect.S3,
                            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD,"
                                    + " STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                                    + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD,"
                                    + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid"
                                    + " sha256 value.");
                }
                yield Form.HASHED;
            }
        };
    }

    private static long length(HttpCall call, boolean chunked) {
        var text = call.header(chunked ? "x-amz-decoded-content-length" : "content-length");
        if (text == null) {
            if (chunked) {
                throw Fault.invalid(
                                "MissingContentLength",
                                "You must provide the x-amz-decoded-content-length header.")
                        .withStatus(411);
            }
            return -1;
        }
        if (!LENGTH.matcher(text).matches()) {
            throw Fault.invalid("InvalidArgument", "The length of the body is not a number.");
        }
        return Long.parseLong(text);
    }

    private static Map<ChecksumAlgorithm, String> checksums(HttpCall call) {
        var found = new LinkedHashMap<ChecksumAlgorithm, String>();
        for (var algorithm : ChecksumAlgorithm.values()) {
            var value = call.header(algorithm.header());
            if (value != null) {
                algorithm.demandWellFormed(value);
                found.put(algorithm, value);
            }
        }
        return Map.copyOf(found);
    }

    private static List<ChecksumAlgorithm> trailers(HttpCall call) {
        var names = call.header("x-amz-trailer");
        var found = new ArrayList<ChecksumAlgorithm>();
        if (names != null) {
            for (var name : names.split(",", -1)) {
                found.add(
                        ChecksumAlgorithm.ofTrailer(name.strip().toLowerCase(Locale.ROOT))
                                .orElseThrow(() ->
                                        Fault.invalid(
                                                "InvalidRequest",
                                                "The value specified in the x-amz-trailer"
                                                        + " header is not supported")));
            }
        }
        return List.copyOf(found);
    }
}
