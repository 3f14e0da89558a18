package io.brume.common.aws.sigv4;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Checks signatures of strangers: the header form and the presigned form. Thread-safe.
 *
 * <p>Everything that would let a request mean something else than what was signed is refused: the
 * host and each {@code x-amz-*} header must be covered, the scope must be the service's own, its
 * date the signature's, and the clock within {@link #SKEW} of ours.
 *
 * @param <O> the owners of access keys
 */
public final class SigV4Verifier<O> {
    /** How far a client's clock may be off, either way. */
    public static final Duration SKEW = Duration.ofMinutes(15);

    private final Credentials<O> credentials;
    private final Time time;

    public SigV4Verifier(Credentials<O> credentials, Time time) {
        this.credentials = requireNonNull(credentials);
        this.time = requireNonNull(time);
    }

    /** The scope that a request claims, to route by; not verified. */
    public static Optional<CredentialScope> claimedScope(HttpCall call) {
        return PresentedSignature.claimedScope(call);
    }

    /**
     * Verifies a request. Services other than S3 must hand in the whole body; for S3 the body may
     * be left empty here, since {@link Verified#body} checks it while it is read.
     *
     * @throws Fault in the realm's dialect
     */
    public Verified<O> verify(HttpCall call, Realm realm) {
        var dialect = realm.dialect();
        var query = QueryParameters.parse(call.query());
        var presented = PresentedSignature.read(call, query, dialect);
        checkScope(presented, realm);
        checkTime(presented, dialect);
        checkSignedHeaders(presented, call, dialect);
        var payload = Payload.declaredBy(call, query, presented.presigned(), dialect);
        var credential = credential(presented, dialect);
        var key =
                credential.keys().keyFor(presented.scope()).orElseThrow(() -> unknownKey(dialect));
        if (!matches(call, query, presented, key, payload.hash(), dialect)) {
            throw SignatureProblem.MISMATCH.in(dialect, SignatureProblem.DOES_NOT_MATCH);
        }
        return new Verified<>(
                credential.owner(),
                credential.accessKeyId(),
                presented.scope(),
                presented.time(),
                presented.presigned(),
                payload.withChunkKey(key, presented));
    }

    /**
     * Verifies the form that a browser posts to S3: its policy is what was signed, and says itself
     * how long it is good for.
     *
     * @param fields of the form, by lower-case name
     * @return whom the access key speaks for
     * @throws Fault in the realm's dialect
     */
    public O verifyForm(Map<String, String> fields, Realm realm) {
        var dialect = realm.dialect();
        var presented = PresentedSignature.ofForm(fields, dialect);
        checkScope(presented, realm);
        if (presented.time().isAfter(time.now().plus(SKEW))) {
            throw SignatureProblem.SKEWED.in(dialect, "Signature not yet current");
        }
        var credential = credential(presented, dialect);
        var key =
                credential.keys().keyFor(presented.scope()).orElseThrow(() -> unknownKey(dialect));
        var expected = key.sign(fields.getOrDefault("policy", ""));
        if (!Digests.same(expected, presented.signature())) {
            throw SignatureProblem.MISMATCH.in(dialect, SignatureProblem.DOES_NOT_MATCH);
        }
        return credential.owner();
    }

    private Credential<O> credential(PresentedSignature presented, Dialect dialect) {
        var credential =
                Optional.of(presented.accessKeyId())
                        .filter(id -> Texts.isOf(id, 1, 128, Texts::isWord))
                        .flatMap(credentials::find)
                        .orElseThrow(() -> unknownKey(dialect));
        checkToken(credential, presented, dialect);
        return credential;
    }

    // Most clients sign the URL as they send it; some send a character raw and sign it encoded.
    // Both spell the same path and query, so accepting either lets no forgery through.
    private static boolean matches(
            HttpCall call,
            QueryParameters query,
            PresentedSignature presented,
            SigningKey key,
            String payloadHash,
            Dialect dialect) {
        var signedQuery = presented.presigned() ? query.without("X-Amz-Signature") : query;
        boolean asSent =
                matches(
                        call,
                        path(call.path(), dialect),
                        signedQuery.canonicalAsSent(),
                        presented,
                        key,
                        payloadHash);
        return asSent
                || matches(
                        call,
                        path(
                                PercentEncoding.encode(PercentEncoding.decode(call.path()), true),
                                dialect),
                        signedQuery.canonicalEncoded(),
                        presented,
                        key,
                        payloadHash);
    }

    private static boolean matches(
            HttpCall call,
            String path,
            String query,
            PresentedSignature presented,
            SigningKey key,
            String payloadHash) {
        var canonical =
                CanonicalRequest.of(
                        call.method(),
                        path,
                        query,
                        call.headers(),
                        presented.signedHeaders(),
                        payloadHash);
        var expected =
                key.sign(
                        CanonicalRequest.stringToSign(
                                presented.time(), presented.scope(), canonical));
        return Digests.same(expected, presented.signature());
    }

    private static String path(String path, Dialect dialect) {
        if (dialect != Dialect.S3) {
            return CanonicalRequest.normalizedPath(path);
        }
        return path.isEmpty() ? "/" : path;
    }

    private static void checkScope(PresentedSignature presented, Realm realm) {
        var scope = presented.scope();
        if (!realm.services().contains(scope.service())) {
            throw SignatureProblem.SCOPE.in(
                    realm.dialect(),
                    "Credential should be scoped to correct service: '"
                            + realm.services().getFirst()
                            + "'.");
        }
        if (!realm.regions().contains(scope.region())) {
            throw SignatureProblem.SCOPE.in(
                    realm.dialect(),
                    "Credential should be scoped to a valid region: the region '"
                            + scope.region()
                            + "' is wrong; expecting '"
                            + realm.regions().getFirst()
                            + "'.");
        }
        if (!scope.date().equals(Timestamps.date(presented.time()))) {
            throw SignatureProblem.SCOPE.in(
                    realm.dialect(),
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date"
                            + " from HTTP.");
        }
    }

    private void checkTime(PresentedSignature presented, Dialect dialect) {
        Instant now = time.now();
        Instant signed = presented.time();
        if (signed.isAfter(now.plus(SKEW))) {
            throw SignatureProblem.SKEWED.in(
                    dialect,
                    "Signature not yet current: "
                            + Timestamps.basic(signed)
                            + " is still later than "
                            + Timestamps.basic(now.plus(SKEW)));
        }
        if (presented.validity().isPresent()) {
            if (now.isAfter(signed.plus(presented.validity().get()))) {
                throw SignatureProblem.PRESIGN_EXPIRED.in(dialect, "Request has expired.");
            }
        } else if (signed.isBefore(now.minus(SKEW))) {
            throw SignatureProblem.SKEWED.in(
                    dialect,
                    "Signature expired: "
                            + Timestamps.basic(signed)
                            + " is now earlier than "
                            + Timestamps.basic(now.minus(SKEW)));
        }
    }

    private static void checkSignedHeaders(
            PresentedSignature presented, HttpCall call, Dialect dialect) {
        var signed = new HashSet<>(presented.signedHeaders());
        if (!isSortedSet(presented.signedHeaders())) {
            throw SignatureProblem.INCOMPLETE.in(
                    dialect, "SignedHeaders must be sorted and name each header once.");
        }
        if (!signed.contains("host")) {
            throw SignatureProblem.UNSIGNED_HEADERS.in(
                    dialect, "'Host' must be a 'SignedHeader' in the AWS Authorization.");
        }
        for (var name : call.headers().keySet()) {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-") && !signed.contains(name)) {
                throw SignatureProblem.UNSIGNED_HEADERS.in(
                        dialect,
                        "There were headers present in the request which were not signed: " + name);
            }
        }
        for (var name : signed) {
            if (!call.headers().containsKey(name)) {
                throw SignatureProblem.MISMATCH.in(dialect, SignatureProblem.DOES_NOT_MATCH);
            }
        }
    }

    private static boolean isSortedSet(List<String> names) {
        for (int i = 1; i < names.size(); i++) {
            if (names.get(i - 1).compareTo(names.get(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private void checkToken(
            Credential<O> credential, PresentedSignature presented, Dialect dialect) {
        var demanded = credential.sessionToken();
        var given = presented.sessionToken();
        boolean good =
                demanded.isPresent()
                        ? given.isPresent() && demanded.get().matches(given.get())
                        : given.isEmpty();
        if (!good) {
            throw SignatureProblem.BAD_TOKEN.in(
                    dialect, "The security token included in the request is invalid.");
        }
        if (credential.expiry().isPresent() && !time.now().isBefore(credential.expiry().get())) {
            throw SignatureProblem.EXPIRED_TOKEN.in(
                    dialect, "The security token included in the request is expired");
        }
    }

    private static Fault unknownKey(Dialect dialect) {
        return SignatureProblem.UNKNOWN_KEY.in(
                dialect,
                switch (dialect) {
                    case EC2 -> "AWS was not able to validate the provided access credentials";
                    case S3 -> "The AWS Access Key Id you provided does not exist in our records.";
                    case QUERY, JSON, REST_JSON ->
                            "The security token included in the request is invalid.";
                });
    }
}
