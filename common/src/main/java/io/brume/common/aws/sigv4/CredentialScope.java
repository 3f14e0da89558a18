package io.brume.common.aws.sigv4;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What a signature is good for: one day, one region, one service.
 *
 * @param date {@code yyyyMMdd}
 * @param region for example {@code us-east-1}
 * @param service the signing name, for example {@code ec2}
 */
public record CredentialScope(String date, String region, String service) {
    private static final String TERMINATOR = "aws4_request";

    public CredentialScope {
        requireNonNull(date);
        requireNonNull(region);
        requireNonNull(service);
    }

    /** The scope of a signature made at this moment. */
    public static CredentialScope at(Instant time, String region, String service) {
        return new CredentialScope(Timestamps.date(time), region, service);
    }

    /** Reads {@code date/region/service/aws4_request}; empty when it is anything else. */
    static Optional<CredentialScope> parse(String text) {
        var parts = text.split("/", -1);
        if (parts.length != 4
                || !Texts.isOf(parts[0], 8, 8, Texts::isDigit)
                || !isName(parts[1])
                || !isName(parts[2])
                || !parts[3].equals(TERMINATOR)) {
            return Optional.empty();
        }
        return Optional.of(new CredentialScope(parts[0], parts[1], parts[2]));
    }

    // Scopes are echoed into error messages and used as cache keys, so they are bounded and plain.
    private static boolean isName(String text) {
        return Texts.isOf(text, 1, 64, c -> Texts.isWord(c) || c == '.' || c == '-');
    }

    /** As it stands in a string to sign. */
    @Override
    public String toString() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }
}
