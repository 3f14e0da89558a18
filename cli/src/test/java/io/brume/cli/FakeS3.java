package io.brume.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** An object store in memory: no more of S3 than the commands use, two objects a page. */
final class FakeS3 implements AutoCloseable {
    private static final int PAGE = 2;
    private static final Pattern DELETED = Pattern.compile("<Key>([^<]*)</Key>");

    final Map<String, TreeMap<String, byte[]>> buckets = new TreeMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final Map<String, TreeMap<Integer, byte[]>> uploads = new HashMap<>();

    /** How many requests are still to be told to slow down. */
    int slow;

    private final HttpServer server;

    FakeS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange call) throws IOException {
        try (call) {
            var body = call.getRequestBody().readAllBytes();
            synchronized (this) {
                answer(call, body);
            }
        }
    }

    private void answer(HttpExchange call, byte[] body) throws IOException {
        var uri = call.getRequestURI();
        var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        requests.add(call.getRequestMethod() + " " + uri);
        if (!String.valueOf(call.getRequestHeaders().getFirst("Authorization"))
                .contains("/us-east-1/s3/aws4_request")) {
            error(call, 403, "AccessDenied");
            return;
        }
        if (slow > 0) {
            slow--;
            error(call, 503, "SlowDown");
            return;
        }
        var path = uri.getRawPath().substring(1);
        int slash = path.indexOf('/');
        var bucket = slash < 0 ? path : path.substring(0, slash);
        var key = slash < 0 ? "" : URLDecoder.decode(path.substring(slash + 1), UTF_8);
        if (bucket.isEmpty()) {
            var all = new StringBuilder("<R><Buckets>");
            buckets.keySet()
                    .forEach(name ->
                            all.append("<Bucket><Name>")
                                    .append(name)
                                    .append("</Name><CreationDate>2026-11-30T12:00:00.000Z")
                                    .append("</CreationDate></Bucket>"));
            send(call, 200, all.append("</Buckets></R>").toString());
        } else if (key.isEmpty()) {
            bucket(call, bucket, query, body);
        } else if (!buckets.containsKey(bucket)) {
            error(call, 404, "NoSuchBucket");
        } else {
            object(call, bucket, key, query, body);
        }
    }

    private void bucket(HttpExchange call, String name, String query, byte[] body)
            throws IOException {
        if (call.getRequestMethod().equals("PUT")) {
            buckets.put(name, new TreeMap<>());
            send(call, 200, "");
            return;
        }
        var objects = buckets.get(name);
        if (objects == null) {
            error(call, 404, "NoSuchBucket");
            return;
        }
        switch (call.getRequestMethod()) {
            case "DELETE" -> {
                if (objects.isEmpty()) {
                    buckets.remove(name);
                    send(call, 204, "");
                } else {
                    error(call, 409, "BucketNotEmpty");
                }
            }
            case "POST" -> {
                var keys = DELETED.matcher(new String(body, UTF_8));
                while (keys.find()) {
                    objects.remove(keys.group(1).replace("&amp;", "&"));
                }
                send(call, 200, "<DeleteResult/>");
            }
            default -> {
                if (query.startsWith("versioning")) {
                    send(call, 200, "<R><Status>Enabled</Status></R>");
                } else {
                    send(call, 200, list(objects, parameters(query)));
                }
            }
        }
    }

    private static String list(NavigableMap<String, byte[]> objects, Map<String, String> asked) {
        var prefix = asked.getOrDefault("prefix", "");
        boolean rolled = asked.containsKey("delimiter");
        var after = asked.getOrDefault("continuation-token", "");
        var shown = new StringBuilder("<ListBucketResult>");
        var prefixes = new TreeSet<String>();
        int count = 0;
        for (var key : objects.tailMap(after, after.isEmpty()).keySet()) {
            if (!key.startsWith(prefix)) {
                continue;
            }
            int slash = key.indexOf('/', prefix.length());
            if (rolled && slash >= 0) {
                prefixes.add(key.substring(0, slash + 1));
                continue;
            }
            if (count++ == PAGE) {
                shown.append("<NextContinuationToken>")
                        .append(objects.lowerKey(key))
                        .append("</NextContinuationToken>");
                break;
            }
            shown.append("<Contents><Key>")
                    .append(URLEncoder.encode(key, UTF_8))
                    .append("</Key><Size>")
                    .append(requireNonNull(objects.get(key)).length)
                    .append(
                            "</Size><LastModified>2026-11-30T12:00:00.000Z</LastModified></Contents>");
        }
        prefixes.forEach(one ->
                shown.append("<CommonPrefixes><Prefix>")
                        .append(one)
                        .append("</Prefix></CommonPrefixes>"));
        return shown.append("</ListBucketResult>").toString();
    }

    private void object(HttpExchange call, String bucket, String key, String query, byte[] body)
            throws IOException {
        var objects = requireNonNull(buckets.get(bucket));
        var asked = parameters(query);
        var upload = asked.getOrDefault("uploadId", "");
        switch (call.getRequestMethod()) {
            case "PUT" -> {
                var source = call.getRequestHeaders().getFirst("x-amz-copy-source");
                if (source != null) {
                    var from = source.substring(1).split("/", 2);
                    var copied = URLDecoder.decode(from[1], UTF_8);
                    objects.put(
                            key, requireNonNull(requireNonNull(buckets.get(from[0])).get(copied)));
                    send(call, 200, "<CopyObjectResult/>");
                } else if (upload.isEmpty()) {
                    objects.put(key, body);
                    send(call, 200, "");
                } else {
                    int part = Integer.parseInt(asked.get("partNumber"));
                    requireNonNull(uploads.get(upload)).put(part, body);
                    call.getResponseHeaders().set("ETag", "\"part-" + part + "\"");
                    send(call, 200, "");
                }
            }
            case "POST" -> {
                if (upload.isEmpty()) {
                    uploads.put("u1", new TreeMap<>());
                    send(call, 200, "<R><UploadId>u1</UploadId></R>");
                } else {
                    var whole =
                            new ArrayList<byte[]>(requireNonNull(uploads.remove(upload)).values());
                    var all = new byte[whole.stream().mapToInt(part -> part.length).sum()];
                    int at = 0;
                    for (var part : whole) {
                        System.arraycopy(part, 0, all, at, part.length);
                        at += part.length;
                    }
                    objects.put(key, all);
                    send(call, 200, "<CompleteMultipartUploadResult/>");
                }
            }
            case "DELETE" -> {
                if (upload.isEmpty()) {
                    objects.remove(key);
                } else {
                    uploads.remove(upload);
                }
                send(call, 204, "");
            }
            default -> {
                var content = objects.get(key);
                if (content == null) {
                    error(call, 404, "NoSuchKey");
                } else {
                    call.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
                    call.getResponseBody().write(content);
                }
            }
        }
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new HashMap<String, String>();
        for (var pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            }
        }
        return parameters;
    }

    private static void error(HttpExchange call, int status, String code) throws IOException {
        send(call, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }

    private static void send(HttpExchange call, int status, String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        call.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
