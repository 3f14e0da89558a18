package io.brume.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.cli.client.S3Http.Call;
import io.brume.common.aws.sigv4.PercentEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The operations of S3 that the commands need. Thread-safe. */
public final class ObjectStore {
    private final S3Http http;

    public ObjectStore(Cloud cloud) {
        this.http = requireNonNull(cloud).s3();
    }

    /** A bucket in the list of them. */
    public record Bucket(String name, String created) {}

    /** An object in a list. */
    public record Item(String key, long size, String modified, String etag, String storageClass) {
        public Map<String, Object> row() {
            var row = new LinkedHashMap<String, Object>();
            row.put("LastModified", modified);
            row.put("Size", size);
            row.put("Key", key);
            row.put("ETag", etag);
            row.put("StorageClass", storageClass);
            return row;
        }
    }

    /** A page of a list. */
    public record Page(List<String> prefixes, List<Item> items) {}

    /** What a download brings; whoever takes it closes it. */
    public record Content(InputStream stream, long length) {}

    public List<Bucket> buckets() {
        return http.xml(Call.of("GET", "/", "")).list("Buckets").stream()
                .map(bucket -> new Bucket(bucket.at("Name"), bucket.at("CreationDate")))
                .toList();
    }

    public void createBucket(String name, String region) {
        var body =
                region.equals("us-east-1")
                        ? S3Body.NONE
                        : S3Body.of(
                                "<CreateBucketConfiguration><LocationConstraint>"
                                        + region
                                        + "</LocationConstraint></CreateBucketConfiguration>");
        http.xml(Call.of("PUT", new S3Url(name, "").path(), "").with(body));
    }

    public void deleteBucket(String name) {
        http.xml(Call.of("DELETE", new S3Url(name, "").path(), ""));
    }

    /** A document of a bucket's configuration. */
    public XmlTree configuration(String bucket, String which) {
        return http.xml(Call.of("GET", new S3Url(bucket, "").path(), which + "="));
    }

    /**
     * Hands out the objects whose keys begin so, page by page.
     *
     * @param deep false: keys that go on after a slash are rolled up
     */
    public void list(S3Url prefix, boolean deep, Consumer<Page> each) {
        var next = "";
        do {
            var query = new StringBuilder("list-type=2&max-keys=1000");
            query.append("&prefix=").append(PercentEncoding.encode(prefix.key(), false));
            query.append("&encoding-type=url");
            if (!deep) {
                query.append("&delimiter=%2F");
            }
            if (!next.isEmpty()) {
                query.append("&continuation-token=").append(PercentEncoding.encode(next, false));
            }
            var page = http.xml(Call.of("GET", prefix.with("").path(), query.toString()));
            var prefixes = new ArrayList<String>();
            var items = new ArrayList<Item>();
            for (var child : page.children()) {
                switch (child.name()) {
                    case "CommonPrefixes" -> prefixes.add(decode(child.at("Prefix")));
                    case "Contents" -> items.add(item(child));
                    default -> {}
                }
            }
            each.accept(new Page(prefixes, items));
            next = page.at("NextContinuationToken");
        } while (!next.isEmpty());
    }

    private static Item item(XmlTree contents) {
        return new Item(
                decode(contents.at("Key")),
                Long.parseLong(contents.at("Size")),
                contents.at("LastModified"),
                contents.at("ETag").replace("\"", ""),
                contents.at("StorageClass"));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, UTF_8);
    }

    /** An object's size; ServiceException NotFound when there is none. */
    public long size(S3Url url) {
        var answer = http.send(Call.of("HEAD", url.path(), ""));
        close(answer);
        return answer.headers().firstValueAsLong("content-length").orElse(0);
    }

    /** An object's content. */
    public Content get(S3Url url) {
        var answer = http.send(Call.of("GET", url.path(), ""));
        return new Content(
                answer.body(), answer.headers().firstValueAsLong("content-length").orElse(-1));
    }

    /** Puts a file as an object, at once. */
    public void put(S3Url url, Path file, long length, String type, LongConsumer moved) {
        close(
                http.send(
                        Call.of("PUT", url.path(), "")
                                .with(Map.of("Content-Type", type))
                                .with(S3Body.of(file, 0, length, moved))));
    }

    /** Copies within the store. */
    public void copy(S3Url from, S3Url to) {
        var answer =
                http.xml(
                        Call.of("PUT", to.path(), "")
                                .with(Map.of("x-amz-copy-source", from.path())));
        // A copy that fails late answers 200 and an error.
        if (answer.name().equals("Error")) {
            throw new ServiceException(answer.at("Code"), answer.at("Message"), 200);
        }
    }

    /** Deletes an object; one that is not there is no error. */
    public void delete(S3Url url) {
        close(http.send(Call.of("DELETE", url.path(), "")));
    }

    /**
     * Deletes the objects whose keys begin so, a page at a time.
     *
     * @return how many there were
     */
    public long deleteAll(S3Url prefix) {
        var deleted = new AtomicLong();
        list(
                prefix,
                true,
                page -> {
                    if (!page.items().isEmpty()) {
                        delete(prefix.bucket(), page.items().stream().map(Item::key).toList());
                        deleted.addAndGet(page.items().size());
                    }
                });
        return deleted.get();
    }

    /** Deletes objects of a bucket, at most the 1,000 that S3 takes in one request. */
    private void delete(String bucket, List<String> keys) {
        var body = new StringBuilder("<Delete><Quiet>true</Quiet>");
        for (var key : keys) {
            body.append("<Object><Key>").append(escaped(key)).append("</Key></Object>");
        }
        var text = body.append("</Delete>").toString();
        var answer =
                http.xml(
                        Call.of("POST", new S3Url(bucket, "").path(), "delete=")
                                .with(Map.of("Content-MD5", md5(text)))
                                .with(S3Body.of(text)));
        for (var child : answer.children()) {
            if (child.name().equals("Error")) {
                throw new ServiceException(
                        child.at("Code"), child.at("Key") + ": " + child.at("Message"), 200);
            }
        }
    }

    /** Begins an upload in parts; gives its id. */
    public String beginUpload(S3Url url, String type) {
        return http.xml(Call.of("POST", url.path(), "uploads=").with(Map.of("Content-Type", type)))
                .at("UploadId");
    }

    /** Puts one part; gives its ETag. */
    public String putPart(
            S3Url url,
            String uploadId,
            int number,
            Path file,
            long offset,
            long length,
            LongConsumer moved) {
        var query = "partNumber=" + number + "&uploadId=" + PercentEncoding.encode(uploadId, false);
        var answer =
                http.send(
                        Call.of("PUT", url.path(), query)
                                .with(S3Body.of(file, offset, length, moved)));
        close(answer);
        return answer.headers().firstValue("etag").orElse("");
    }

    /** Makes the parts an object, in the order of their numbers, which begin at 1. */
    public void completeUpload(S3Url url, String uploadId, List<String> etags) {
        var body = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < etags.size(); i++) {
            body.append("<Part><PartNumber>")
                    .append(i + 1)
                    .append("</PartNumber><ETag>")
                    .append(escaped(etags.get(i)))
                    .append("</ETag></Part>");
        }
        var answer =
                http.xml(
                        Call.of(
                                        "POST",
                                        url.path(),
                                        "uploadId=" + PercentEncoding.encode(uploadId, false))
                                .with(
                                        S3Body.of(
                                                body.append("</CompleteMultipartUpload>")
                                                        .toString())));
        if (answer.name().equals("Error")) {
            throw new ServiceException(answer.at("Code"), answer.at("Message"), 200);
        }
    }

    public void abortUpload(S3Url url, String uploadId) {
        close(
                http.send(
                        Call.of(
                                "DELETE",
                                url.path(),
                                "uploadId=" + PercentEncoding.encode(uploadId, false))));
    }

    /** A URL that whoever holds it may use; made here, nobody is asked. */
    public URI presigned(String method, S3Url url, Duration validity) {
        return http.presigned(method, url, validity);
    }

    private static void close(HttpResponse<InputStream> answer) {
        try (var in = answer.body()) {
            in.skipNBytes(0);
        } catch (IOException e) {
            throw new CliException(
                    "the answer broke off: " + e.getMessage(),
                    "try again",
                    CliException.GENERAL,
                    e);
        }
    }

    private static String escaped(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> {
                    if (c < ' ') {
                        out.append("&#").append((int) c).append(';');
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }

    private static String md5(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
