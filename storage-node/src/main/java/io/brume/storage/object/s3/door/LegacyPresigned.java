package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.time.Time;
import io.brume.storage.object.s3.LegacySignatures;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * URLs that are signed with version 2: {@code ?AWSAccessKeyId=…&Expires=…&Signature=…}.
 * Thread-safe; may block.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html">signing and
 * authenticating REST requests</a>.
 */
final class LegacyPresigned {
    private static final Set<String> SIGNED =
            Set.of(
                    "acl",
                    "cors",
                    "delete",
                    "lifecycle",
                    "location",
                    "logging",
                    "notification",
                    "partNumber",
                    "policy",
                    "replication",
                    "requestPayment",
                    "restore",
                    "tagging",
                    "torrent",
                    "uploadId",
                    "uploads",
                    "versionId",
                    "versioning",
                    "versions",
                    "website",
                    "response-cache-control",
                    "response-content-disposition",
                    "response-content-encoding",
                    "response-content-language",
                    "response-content-type",
                    "response-expires");

    private final LegacySignatures signatures;
    private final Time time;

    LegacyPresigned(LegacySignatures signatures, Time time) {
        this.signatures = requireNonNull(signatures);
        this.time = requireNonNull(time);
    }

    static boolean isOne(HttpCall head) {
        return head.query().contains("AWSAccessKeyId=") && head.query().contains("Signature=");
    }

    /**
     * Verifies the URL.
     *
     * @param sent the request as it came
     * @throws io.brume.common.aws.Fault when it does not hold, or is of the past
     */
    Principal verify(HttpCall sent, Target target) {
        var query = Query.parse(sent.query());
        var expires = query.text("Expires");
        if (!isFuture(expires)) {
            throw Fault.denied("AccessDenied", "Request has expired");
        }
        return signatures.verify(
                query.text("AWSAccessKeyId"),
                stringToSign(sent, target, query, expires),
                query.text("Signature"));
    }

    /** Verifies a form's policy. */
    Principal verifyForm(String accessKeyId, String policy, String signature) {
        return signatures.verify(accessKeyId, policy, signature);
    }

    private boolean isFuture(String expires) {
        try {
            return Instant.ofEpochSecond(Long.parseLong(expires)).isAfter(time.now());
        } catch (NumberFormatException | DateTimeException notATime) {
            throw S3Faults.accessDenied();
        }
    }

    private static String stringToSign(HttpCall sent, Target target, Query query, String expires) {
        return sent.method()
                + "\n"
                + text(sent, "content-md5")
                + "\n"
                + text(sent, "content-type")
                + "\n"
                + expires
                + "\n"
                + amzHeaders(sent)
                + target.resource()
                + subresources(query);
    }

    private static String text(HttpCall sent, String name) {
        var value = sent.header(name);
        return value == null ? "" : value;
    }

    private static String amzHeaders(HttpCall sent) {
        return new TreeMap<>(sent.headers())
                .entrySet().stream()
                        .filter(header -> header.getKey().startsWith("x-amz-"))
                        .map(header ->
                                header.getKey() + ":" + String.join(",", header.getValue()) + "\n")
                        .collect(Collectors.joining());
    }

    private static String subresources(Query query) {
        var signed =
                new TreeMap<>(query.asMap())
                        .entrySet().stream()
                                .filter(each -> SIGNED.contains(each.getKey()))
                                .map(each ->
                                        each.getValue().isEmpty()
                                                ? each.getKey()
                                                : each.getKey() + "=" + each.getValue())
                                .collect(Collectors.joining("&"));
        return signed.isEmpty() ? "" : "?" + signed;
    }
}
