package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.Payload;
import io.brume.common.aws.sigv4.PercentEncoding;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.XmlText;
import io.brume.storage.object.s3.http.Answer;
import io.brume.storage.object.s3.http.Exchange;
import io.brume.storage.object.s3.operation.ObjectPuts;
import io.brume.storage.object.s3.operation.S3Parts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What browsers post by a form: its fields are what PutObject has as headers. Thread-safe.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html">POST
 * Object</a>.
 */
final class FormPosts {
    private final S3Parts parts;
    private final Authenticator authenticator;
    private final ObjectPuts puts;

    FormPosts(S3Parts parts, Authenticator authenticator) {
        this.parts = requireNonNull(parts);
        this.authenticator = requireNonNull(authenticator);
        this.puts = new ObjectPuts(parts);
    }

    /** Whether a request is one: sent to a bucket as a form. */
    static boolean isOne(Target target) {
        var type = target.head().header("content-type");
        return target.head().method().equals("POST")
                && target.key().isEmpty()
                && target.bucket().isPresent()
                && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    Answer post(Exchange exchange, Target target, String requestId) {
        try {
            return posted(exchange, target, requestId);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer posted(Exchange exchange, Target target, String requestId) throws IOException {
        var type = requireNonNull(target.head().header("content-type"));
        var form = new MultipartForm(exchange.body(), type);
        var file = form.readFields();
        var fields = new LinkedHashMap<>(form.fields());
        var bucket = target.bucket().orElseThrow();
        fields.put("bucket", bucket);
        var key = fields.getOrDefault("key", "").replace("${filename}", form.fileName());
        if (key.isEmpty()) {
            throw S3Faults.invalidArgument(
                    "Bucket POST must contain a field named 'key'. If it is specified, please check"
                            + " the order of the fields.");
        }
        fields.put("key", key);
        if (fields.containsKey("tagging")) {
            throw S3Faults.notImplemented("The form field tagging");
        }
        var head = head(target, fields, form.fileType());
        var caller = authenticator.admit(exchange, head, requestId, fields);
        var checked = caller.account().isEmpty() ? file : within(file, fields);
        var put = caller.call(() -> puts.store(bucket, key, Payload.ofStranger(head), checked));
        return answer(target, fields, key, put);
    }

    private InputStream within(InputStream file, Map<String, String> fields) {
        var policy = PostPolicy.parse(fields.getOrDefault("policy", ""));
        policy.demand(fields, parts.time().now());
        return new BoundedInput(file, policy.least(), policy.most());
    }

    private static HttpCall head(
            Target target, Map<String, String> fields, Optional<String> fileType) {
        var headers = new HashMap<String, List<String>>();
        fields.forEach((name, value) -> {
            switch (name) {
                case "key", "policy", "bucket", "file", "signature", "awsaccesskeyid" -> {}
                case "acl" -> headers.put("x-amz-acl", List.of(value));
                case "x-amz-credential",
                        "x-amz-algorithm",
                        "x-amz-date",
                        "x-amz-signature",
                        "x-amz-security-token" -> {}
                default -> headers.put(name, List.of(value));
            }
        });
        fileType.ifPresent(type -> headers.putIfAbsent("content-type", List.of(type)));
        for (var name : List.of("host", "user-agent", "referer", "origin")) {
            var values = target.head().headers().get(name);
            if (values != null) {
                headers.put(name, values);
            }
        }
        headers.remove("content-length");
        headers.remove("x-amz-content-sha256");
        return new HttpCall("POST", target.head().path(), "", headers, new byte[0]);
    }

    private static Answer answer(
            Target target, Map<String, String> fields, String key, ObjectPuts.Put put) {
        var headers = new LinkedHashMap<String, String>();
        var etag = "\"" + put.version().content().orElseThrow().etag() + "\"";
        var bucket = target.bucket().orElseThrow();
        headers.put("ETag", etag);
        ObjectPuts.version(put).ifPresent(id -> headers.put("x-amz-version-id", id));
        var location = "/" + bucket + "/" + PercentEncoding.encode(key, true);
        headers.put("Location", location);
        var redirect = fields.getOrDefault("success_action_redirect", fields.get("redirect"));
        if (redirect != null
                && (redirect.startsWith("http://") || redirect.startsWith("https://"))) {
            var joint = redirect.contains("?") ? "&" : "?";
            headers.put(
                    "Location",
                    redirect
                            + joint
                            + "bucket="
                            + bucket
                            + "&key="
                            + PercentEncoding.encode(key, true)
                            + "&etag="
                            + PercentEncoding.encode(etag, true));
            return Answer.empty(303, headers);
        }
        return switch (fields.getOrDefault("success_action_status", "204")) {
            case "200" -> Answer.empty(200, headers);
            case "201" -> {
                headers.put("Content-Type", "application/xml");
                yield Answer.of(
                        201,
                        headers,
                        new XmlText(256)
                                .open("PostResponse")
                                .leaf("Location", location)
                                .leaf("Bucket", bucket)
                                .leaf("Key", key)
                                .leaf("ETag", etag)
                                .close("PostResponse")
                                .toBytes());
            }
            default -> Answer.empty(204, headers);
        };
    }

    /** A file that is neither shorter nor longer than its policy has it. */
    private static final class BoundedInput extends InputStream {
        private final InputStream in;
        private final long least;
        private final long most;
        private long seen;

        BoundedInput(InputStream in, long least, long most) {
            this.in = in;
            this.least = least;
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            int got = in.read(target, offset, count);
            if (got > 0) {
                seen += got;
                if (seen > most) {
                    throw Fault.invalid(
                            "EntityTooLarge",
                            "Your proposed upload exceeds the maximum allowed size");
                }
            } else if (got < 0 && seen < least) {
                throw Fault.invalid(
                        "EntityTooSmall",
                        "Your proposed upload is smaller than the minimum allowed size");
            }
            return got;
        }
    }
}
