package io.brume.storage.object.s3.accesslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.s3.CanonicalUser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One call, as a line of a log.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html">server
 * access log format</a>.
 *
 * @param head as it came
 * @param who calls
 * @param operation AWS's name of it
 * @param code of the error; empty when there was none
 * @param sent how many bytes of body were answered
 * @param objectSize of what was read or put; empty when it was no object
 */
public record AccessRecord(
        HttpCall head,
        Who who,
        String requestId,
        String hostId,
        String operation,
        Optional<String> key,
        int status,
        Optional<String> code,
        long sent,
        OptionalLong objectSize,
        Instant begun,
        Duration took) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss +0000']'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String NOTHING = "-";
    private static final String VERSION = "versionId=";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final List<String> RESOURCES =
            List.of(
                    "acl",
                    "policy",
                    "tagging",
                    "cors",
                    "website",
                    "lifecycle",
                    "logging",
                    "versioning",
                    "encryption",
                    "versions",
                    "uploads",
                    "location",
                    "retention",
                    "legal-hold",
                    "notification",
                    "replication");

    /**
     * Who made the call.
     *
     * @param arn empty for a stranger
     */
    public record Who(String sourceIp, String arn, boolean secure) {
        public Who {
            requireNonNull(sourceIp);
            requireNonNull(arn);
        }
    }

    public AccessRecord {
        requireNonNull(head);
        requireNonNull(who);
        requireNonNull(requestId);
        requireNonNull(hostId);
        requireNonNull(operation);
        requireNonNull(key);
        requireNonNull(code);
        requireNonNull(objectSize);
        requireNonNull(begun);
        requireNonNull(took);
    }

    String line(Bucket bucket) {
        var query = head.query().isEmpty() ? "" : "?" + head.query();
        var millis = Long.toString(took.toMillis());
        return String.join(
                " ",
                List.of(
                        CanonicalUser.id(bucket.owner()),
                        bucket.name().value(),
                        TIME.format(begun),
                        plain(who.sourceIp()),
                        plain(who.arn()),
                        requestId,
                        operationWord(),
                        key.map(AccessRecord::word).orElse(NOTHING),
                        quoted(head.method() + " " + head.path() + query + " HTTP/1.1"),
                        Integer.toString(status),
                        code.orElse(NOTHING),
                        sent == 0 ? NOTHING : Long.toString(sent),
                        objectSize.isEmpty() ? NOTHING : Long.toString(objectSize.getAsLong()),
                        millis,
                        millis,
                        quoted(head.header("referer")),
                        quoted(head.header("user-agent")),
                        version(),
                        hostId,
                        signature(),
                        NOTHING,
                        authentication(),
                        plain(host()),
                        NOTHING,
                        NOTHING,
                        NOTHING));
    }

    private String operationWord() {
        if (operation.equals("WebsitePage")) {
            return "WEBSITE." + head.method() + ".OBJECT";
        }
        return switch (operation) {
            case "CopyObject" -> "REST.COPY.OBJECT";
            case "DeleteObjects" -> "REST.POST.MULTI_OBJECT_DELETE";
            case "UploadPart" -> "REST.PUT.PART";
            case "UploadPartCopy" -> "REST.COPY.PART";
            case "CreateMultipartUpload" -> "REST.POST.UPLOADS";
            case "CompleteMultipartUpload" -> "REST.POST.UPLOAD";
            case "AbortMultipartUpload" -> "REST.DELETE.UPLOAD";
            case "ListParts" -> "REST.GET.UPLOAD";
            case "Preflight" -> "REST.OPTIONS.PREFLIGHT";
            default -> "REST." + head.method() + "." + resource();
        };
    }

    private String resource() {
        for (var word : RESOURCES) {
            var query = head.query();
            if (query.equals(word)
                    || query.startsWith(word + "&")
                    || query.startsWith(word + "=")) {
                return word.toUpperCase(Locale.ROOT).replace('-', '_');
            }
        }
        return key.isPresent() ? "OBJECT" : "BUCKET";
    }

    /** The one that the request names. */
    private String version() {
        for (var parameter : head.query().split("&", -1)) {
            if (parameter.startsWith(VERSION)) {
                return plain(parameter.substring(VERSION.length()));
            }
        }
        return NOTHING;
    }

    private String signature() {
        if (who.arn().isEmpty()) {
            return NOTHING;
        }
        return head.query().contains("AWSAccessKeyId=") ? "SigV2" : "SigV4";
    }

    private String authentication() {
        if (who.arn().isEmpty()) {
            return NOTHING;
        }
        return head.header("authorization") == null ? "QueryString" : "AuthHeader";
    }

    private String host() {
        var host = head.header("host");
        return host == null ? "" : host;
    }

    private static String plain(String text) {
        return text.isEmpty() ? NOTHING : word(text);
    }

    /** What a caller sent must end neither a field nor a line. */
    private static String quoted(@Nullable String text) {
        return text == null ? "\"-\"" : '"' + encoded(text, ' ') + '"';
    }

    private static String word(String text) {
        return encoded(text, '!');
    }

    /**
     * @param least the first character that may stay
     */
    private static String encoded(String text, char least) {
        var out = new StringBuilder(text.length());
        for (byte octet : text.getBytes(UTF_8)) {
            if (octet >= least && octet != 0x7F && octet != '"') {
                out.append((char) octet);
            } else {
                out.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return out.toString();
    }
}
