package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.brume.common.aws.Fault;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes off the aws-chunked framing and checks its signatures, in constant memory: no chunk is held
 * back, so its bytes may be given out before its signature has been checked. Only the end of the
 * stream says that all was well. One thread at a time.
 */
final class AwsChunkedInputStream extends InputStream {
    private static final int MAX_LINE = 1024;
    private static final int MAX_TRAILERS = 8;
    private static final Pattern SIGNED =
            Pattern.compile("([0-9A-Fa-f]{1,12});chunk-signature=([0-9a-f]{64})");
    private static final Pattern UNSIGNED = Pattern.compile("([0-9A-Fa-f]{1,12})");
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private final InputStream in;
    private final Optional<ChunkSignatures> signatures;
    private final boolean trailer;
    private final Map<String, String> trailers = new LinkedHashMap<>();
    private final MessageDigest digest = Digests.sha256();
    private long allowed;
    private long left;
    private String signature = "";
    private boolean inChunk;
    private boolean ended;

    /**
     * Reads from a body in its framing.
     *
     * @param trailer whether trailing headers may follow the last chunk
     * @param length how many bytes there are behind the framing
     */
    AwsChunkedInputStream(
            InputStream raw, Optional<ChunkSignatures> signatures, boolean trailer, long length) {
        this.in = new BufferedInputStream(raw, 16 * 1024);
        this.signatures = signatures;
        this.trailer = trailer;
        this.allowed = length;
    }

    /** A trailing header; empty text when it did not come. Complete at the end of the stream. */
    String trailer(String name) {
        return trailers.getOrDefault(name, "");
    }

    /** Refuses a body whose trailing headers are not exactly the ones that were announced. */
    void demandOnly(List<ChecksumAlgorithm> announced) {
        var names = announced.stream().map(ChecksumAlgorithm::header).toList();
        if (!trailers.keySet().equals(java.util.Set.copyOf(names))) {
            throw malformedTrailer();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (left == 0) {
            if (ended) {
                return -1;
            }
            if (inChunk) {
                endChunk();
            }
            if (!ended) {
                beginChunk();
            }
        }
        int got = in.read(target, offset, (int) Math.min(count, left));
        if (got < 0) {
            throw incomplete();
        }
        if (signatures.isPresent()) {
            digest.update(target, offset, got);
        }
        left -= got;
        return got;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void beginChunk() throws IOException {
        Matcher header = (signatures.isPresent() ? SIGNED : UNSIGNED).matcher(line());
        if (!header.matches()) {
            throw Fault.invalid(
                    "InvalidRequest", "The body is not in the aws-chunked form it declares.");
        }
        long size = Long.parseLong(header.group(1), 16);
        if (size > allowed) {
            throw incomplete();
        }
        allowed -= size;
        left = size;
        signature = signatures.isPresent() ? header.group(2) : "";
        inChunk = true;
        if (size == 0) {
            checkSignature();
            inChunk = false;
            readTrailers();
            ended = true;
        }
    }

    private void endChunk() throws IOException {
        if (!line().isEmpty()) {
            throw incomplete();
        }
        checkSignature();
        inChunk = false;
    }

    private void checkSignature() {
        var content = Digests.hex(digest.digest());
        signatures.ifPresent(chain -> chain.checkChunk(content, signature));
    }

    private void readTrailers() throws IOException {
        var signed = new StringBuilder();
        String given = "";
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (!trailer || colon < 1 || trailers.size() >= MAX_TRAILERS) {
                throw malformedTrailer();
            }
            var name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            var value = line.substring(colon + 1).strip();
            if (name.equals(TRAILER_SIGNATURE) && given.isEmpty()) {
                given = value;
            } else if (!given.isEmpty() || trailers.putIfAbsent(name, value) != null) {
                throw malformedTrailer();
            } else {
                signed.append(name).append(':').append(value).append('\n');
            }
        }
        if (in.read() >= 0) {
            throw incomplete();
        }
        if (trailer && signatures.isPresent()) {
            signatures.get().checkTrailer(signed.toString(), given);
        }
    }

    /** A line without its CR LF. */
    private String line() throws IOException {
        var line = new ByteArrayOutputStream(96);
        for (int octet = in.read(); octet != '\r'; octet = in.read()) {
            if (octet < 0) {
                throw incomplete();
            }
            if (octet == '\n' || line.size() >= MAX_LINE) {
                throw Fault.invalid("InvalidRequest", "A line of the chunk framing is malformed.");
            }
            line.write(octet);
        }
        if (in.read() != '\n') {
            throw incomplete();
        }
        return line.toString(ISO_8859_1);
    }

    private static Fault incomplete() {
        return BodyCheck.incomplete();
    }

    private static Fault malformedTrailer() {
        return Fault.invalid(
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to"
                        + " our published schema.");
    }
}
