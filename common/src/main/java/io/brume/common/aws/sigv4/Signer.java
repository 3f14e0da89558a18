package io.brume.common.aws.sigv4;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Signs requests that Brume's own clients make. Small and on the JDK alone, so that a command
 * starts fast. Thread-safe: immutable.
 */
public final class Signer {
    private static final String HASH_HEADER = "x-amz-content-sha256";

    private final String accessKeyId;
    private final SigningKeys keys;
    private final Optional<Secret> sessionToken;
    private final String region;
    private final String service;

    /**
     * Signs for one service of one region.
     *
     * @param sessionToken of a temporary credential
     * @param service the signing name; {@code s3} has its own rules for path and payload
     */
    public Signer(
            String accessKeyId,
            Secret secret,
            Optional<Secret> sessionToken,
            String region,
            String service) {
        this.accessKeyId = requireNonNull(accessKeyId);
        this.keys = SigningKeys.of(secret);
        this.sessionToken = requireNonNull(sessionToken);
        this.region = requireNonNull(region);
        this.service = requireNonNull(service);
    }

    /**
     * Signs in the header form.
     *
     * @param uri absolute; path and query percent-encoded as they will be sent
     * @param headers in ASCII, all of which are signed; without {@code Host}
     * @param body the whole body
     * @return headers to add to the request. {@code Host} is signed as the URI has it and not
     *     returned, since HTTP clients set it themselves.
     */
    public Map<String, String> sign(
            String method, URI uri, Map<String, String> headers, byte[] body, Instant now) {
        return signHashed(method, uri, headers, Digests.sha256Hex(body), now);
    }

    /**
     * As {@link #sign}, of a body that is too long to be in memory.
     *
     * @param hash its SHA-256 in lower-case hexadecimal
     */
    public Map<String, String> signHashed(
            String method, URI uri, Map<String, String> headers, String hash, Instant now) {
        var added = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        added.put("x-amz-date", Timestamps.basic(now));
        sessionToken.ifPresent(token -> added.put("x-amz-security-token", token.reveal()));
        if (s3()) {
            added.put(HASH_HEADER, hash);
        }
        var all = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        added.forEach((name, value) -> all.put(name, List.of(value)));
        all.put("host", List.of(host(uri)));
        var names = all.keySet().stream().map(Signer::lower).sorted().toList();
        var scope = CredentialScope.at(now, region, service);
        var signature = signature(method, uri, query(uri), all, names, hash, scope, now);
        added.put(
                "authorization",
                PresentedSignature.ALGORITHM
                        + " Credential="
                        + accessKeyId
                        + "/"
                        + scope
                        + ", SignedHeaders="
                        + String.join(";", names)
                        + ", Signature="
                        + signature);
        return added;
    }

    /**
     * Makes a URL that whoever holds it may use; only the host is signed beside it.
     *
     * @param validity from a second to seven days
     */
    public URI presign(String method, URI uri, Duration validity, Instant now) {
        if (validity.toSeconds() < 1
                || validity.toSeconds() > PresentedSignature.MAX_EXPIRES_SECONDS) {
            throw new IllegalArgumentException("a presigned URL is good for 1 to 604800 seconds");
        }
        var scope = CredentialScope.at(now, region, service);
        var parameters = new ArrayList<String>();
        if (!query(uri).isEmpty()) {
            parameters.add(query(uri));
        }
        parameters.add("X-Amz-Algorithm=" + PresentedSignature.ALGORITHM);
        parameters.add(
                "X-Amz-Credential=" + PercentEncoding.encode(accessKeyId + "/" + scope, false));
        parameters.add("X-Amz-Date=" + Timestamps.basic(now));
        parameters.add("X-Amz-Expires=" + validity.toSeconds());
        sessionToken.ifPresent(token ->
                parameters.add(
                        "X-Amz-Security-Token=" + PercentEncoding.encode(token.reveal(), false)));
        parameters.add("X-Amz-SignedHeaders=host");
        var query = String.join("&", parameters);
        var hash = s3() ? "UNSIGNED-PAYLOAD" : Digests.EMPTY_SHA256;
        var headers = Map.of("host", List.of(host(uri)));
        var signature = signature(method, uri, query, headers, List.of("host"), hash, scope, now);
        var base = uri.toString();
        int end = base.indexOf('?');
        return URI.create(
                (end < 0 ? base : base.substring(0, end))
                        + "?"
                        + query
                        + "&X-Amz-Signature="
                        + signature);
    }

    private String signature(
            String method,
            URI uri,
            String query,
            Map<String, List<String>> headers,
            List<String> signedHeaders,
            String hash,
            CredentialScope scope,
            Instant now) {
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var canonical =
                CanonicalRequest.of(
                        method,
                        s3() ? path : CanonicalRequest.normalizedPath(path),
                        QueryParameters.parse(query).canonicalAsSent(),
                        headers,
                        signedHeaders,
                        hash);
        return keys.keyFor(scope)
                .orElseThrow()
                .sign(CanonicalRequest.stringToSign(now, scope, canonical));
    }

    private boolean s3() {
        return service.equals("s3");
    }

    private static String query(URI uri) {
        return uri.getRawQuery() == null ? "" : uri.getRawQuery();
    }

    private static String host(URI uri) {
        boolean usual =
                uri.getPort() < 0
                        || (uri.getPort() == 80 && "http".equals(uri.getScheme()))
                        || (uri.getPort() == 443 && "https".equals(uri.getScheme()));
        return usual ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static String lower(String name) {
        return name.toLowerCase(java.util.Locale.ROOT);
    }
}
