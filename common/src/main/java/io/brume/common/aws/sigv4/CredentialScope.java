package io.brume.common.aws.sigv4;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a signature is good for: one day, one region, one service.
 *
 * @param date {@code yyyyMMdd}
 * @param region for example {@code us-east-1}
 * @param service the signing name, for example {@code ec2}
 */
public record CredentialScope(String date, String region, String service) {
    private static final String TERMINATOR = "aws4_request";
    private static final Pattern DATE = Pattern.compile("[0-9]{8}");
    // Scopes are echoed into error messages and used as cache keys, so they are bounded and plain.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

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
                || !DATE.matcher(parts[0]).matches()
                || !NAME.matcher(parts[1]).matches()
                || !NAME.matcher(parts[2]).matches()
                || !parts[3].equals(TERMINATOR)) {
            return Optional.empty();
        }
        return Optional.of(new CredentialScope(parts[0], parts[1], parts[2]));
    }

    /** As it stands in a string to sign. */
    @Override
    public String toString() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }
}
