package io.brume.common.aws.sigv4;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its own signature, read but not yet believed.
 *
 * @param time when it claims to have been signed
 * @param validity how long a presigned URL claims to be good for; empty for the header form
 */
record PresentedSignature(
        String accessKeyId,
        CredentialScope scope,
        List<String> signedHeaders,
        String signature,
        Instant time,
        Optional<Duration> validity,
        Optional<String> sessionToken) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final int MAX_EXPIRES_SECONDS = 604_800;

    boolean presigned() {
        return validity.isPresent();
    }

    /** The scope that a request claims, in either form; empty when it has none that is readable. */
    static Optional<CredentialScope> claimedScope(HttpCall call) {
        var header = call.header("authorization");
        var credential =
                header == null
                        ? QueryParameters.parse(call.query()).only("X-Amz-Credential").orElse("")
                        : fields(header).getOrDefault("Credential", "");
        int slash = credential.indexOf('/');
        return CredentialScope.parse(credential.substring(slash + 1));
    }

    /**
     * Reads the signature of a request.
     *
     * @throws Fault in the dialect's words, when there is no signature or it cannot be read
     */
    static PresentedSignature read(HttpCall call, QueryParameters query, Dialect dialect) {
        var authorization = call.headers().get("authorization");
        boolean inQuery = query.has("X-Amz-Signature") || query.has("X-Amz-Credential");
        if (authorization == null) {
            if (inQuery || query.has("X-Amz-Algorithm")) {
                return ofQuery(query, dialect);
            }
            if (query.has("AWSAccessKeyId") && query.has("Signature")) {
                throw SignatureProblem.UNSUPPORTED.in(
                        dialect, "Signature Version 2 is not" + USE_V4);
            }
            throw SignatureProblem.MISSING.in(
                    dialect,
                    dialect == Dialect.S3
                            ? "Access Denied"
                            : "Request is missing Authentication Token");
        }
        if (authorization.size() != 1 || inQuery) {
            throw SignatureProblem.INCOMPLETE.in(dialect, "Only one auth mechanism allowed");
        }
        return ofHeader(authorization.getFirst(), call, dialect);
    }

    private static final String USE_V4 = " supported. Please use " + ALGORITHM + ".";

    private static PresentedSignature ofHeader(String header, HttpCall call, Dialect dialect) {
        if (!header.startsWith(ALGORITHM + " ")) {
            throw unsupported(header, dialect);
        }
        var fields = fields(header);
        var missing =
                List.of("Credential", "Signature", "SignedHeaders").stream()
                        .filter(name -> !fields.containsKey(name))
                        .map(name -> "Authorization header requires '" + name + "' parameter.")
                        .toList();
        if (!missing.isEmpty()) {
            throw SignatureProblem.INCOMPLETE.in(dialect, String.join(" ", missing));
        }
        var amzDate = call.headers().get("x-amz-date");
        var date = call.header("date");
        if (amzDate != null && amzDate.size() != 1) {
            throw SignatureProblem.INCOMPLETE.in(dialect, "More than one X-Amz-Date header.");
        }
        var time =
                amzDate != null
                        ? Timestamps.parse(amzDate.getFirst())
                        : Optional.ofNullable(date).flatMap(Timestamps::parseHttpDate);
        var tokens = call.headers().get("x-amz-security-token");
        return of(
                SignatureProblem.INCOMPLETE,
                dialect,
                fields.get("Credential"),
                fields.get("SignedHeaders"),
                fields.get("Signature"),
                time,
                Optional.empty(),
                Optional.ofNullable(tokens).map(List::getFirst));
    }

    private static PresentedSignature ofQuery(QueryParameters query, Dialect dialect) {
        var algorithm = query.only("X-Amz-Algorithm").orElse("");
        if (!algorithm.equals(ALGORITHM)) {
            throw unsupported(algorithm, dialect);
        }
        var expires = query.only("X-Amz-Expires");
        if (expires.isEmpty() && !query.has("X-Amz-Expires") && dialect != Dialect.S3) {
            expires = Optional.of("900");
        }
        var seconds =
                expires.filter(text -> Texts.isOf(text, 1, 6, Texts::isDigit))
                        .map(Integer::parseInt);
        if (seconds.isEmpty() || seconds.get() < 1 || seconds.get() > MAX_EXPIRES_SECONDS) {
            throw SignatureProblem.BAD_QUERY_PARAMETERS.in(
                    dialect, "X-Amz-Expires must be from 1 to 604800 seconds (a week)");
        }
        return of(
                SignatureProblem.BAD_QUERY_PARAMETERS,
                dialect,
                query.only("X-Amz-Credential").orElse(null),
                query.only("X-Amz-SignedHeaders").orElse(null),
                query.only("X-Amz-Signature").orElse(null),
                query.only("X-Amz-Date").flatMap(Timestamps::parse),
                Optional.of(Duration.ofSeconds(seconds.get())),
                query.only("X-Amz-Security-Token"));
    }

    /** Reads the signature of a browser's form; its fields by lower-case name. */
    static PresentedSignature ofForm(Map<String, String> fields, Dialect dialect) {
        var algorithm = fields.getOrDefault("x-amz-algorithm", "");
        if (!algorithm.equals(ALGORITHM)) {
            throw unsupported(algorithm, dialect);
        }
        return of(
                SignatureProblem.INCOMPLETE,
                dialect,
                fields.get("x-amz-credential"),
                "host",
                fields.get("x-amz-signature"),
                Optional.ofNullable(fields.get("x-amz-date")).flatMap(Timestamps::parse),
                Optional.empty(),
                Optional.ofNullable(fields.get("x-amz-security-token")));
    }

    private static PresentedSignature of(
            SignatureProblem problem,
            Dialect dialect,
            @Nullable String credential,
            @Nullable String signedHeaders,
            @Nullable String signature,
            Optional<Instant> time,
            Optional<Duration> validity,
            Optional<String> token) {
        if (credential == null || signedHeaders == null || signature == null) {
            throw problem.in(
                    dialect,
                    "X-Amz-Credential, X-Amz-SignedHeaders and X-Amz-Signature are required once"
                            + " each");
        }
        int slash = credential.indexOf('/');
        var scope = CredentialScope.parse(credential.substring(slash + 1));
        if (slash < 0 || scope.isEmpty()) {
            throw problem.in(
                    dialect,
                    "Credential must have exactly 5 slash-delimited elements, e.g."
                            + " keyid/date/region/service/term");
        }
        if (!areNames(signedHeaders)) {
            throw problem.in(dialect, "SignedHeaders must be lower-case names between semicolons.");
        }
        if (!Texts.isOf(signature, 64, 64, Texts::isLowerHex)) {
            throw problem.in(dialect, "Signature must be 64 lower-case hexadecimal digits.");
        }
        if (time.isEmpty()) {
            throw problem.in(
                    dialect,
                    "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
        }
        return new PresentedSignature(
                credential.substring(0, slash),
                scope.get(),
                List.of(signedHeaders.split(";")),
                signature,
                time.get(),
                validity,
                token);
    }

    /** Whether these are headers' names in lower case between semicolons. */
    private static boolean areNames(String text) {
        for (int i = 0, begin = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ';') {
                if (i == begin) {
                    return false;
                }
                begin = i + 1;
            } else if (!isOfName(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfName(char c) {
        return (c >= 'a' && c <= 'z') || Texts.isDigit(c) || "!#$%&'*+.^_`|~-".indexOf(c) >= 0;
    }

    private static Fault unsupported(String scheme, Dialect dialect) {
        if (scheme.startsWith("AWS4-ECDSA-P256-SHA256")) {
            return SignatureProblem.UNSUPPORTED.in(dialect, "Signature Version 4A is not" + USE_V4);
        }
        if (scheme.startsWith("AWS ")) {
            return SignatureProblem.UNSUPPORTED.in(dialect, "Signature Version 2 is not" + USE_V4);
        }
        return SignatureProblem.UNSUPPORTED.in(
                dialect, "The authorization mechanism you have provided is not" + USE_V4);
    }

    /** The {@code name=value} pairs after the scheme; a name that comes twice counts as absent. */
    private static Map<String, String> fields(String header) {
        var fields = new HashMap<String, String>();
        int space = header.indexOf(' ');
        for (var field : header.substring(space + 1).split(",", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.merge(
                        field.substring(0, equals).strip(),
                        field.substring(equals + 1).strip(),
                        (first, second) -> "");
            }
        }
        return fields;
    }
}
