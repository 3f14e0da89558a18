package io.brume.storage.object.s3.website;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.brume.common.aws.Fault;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.http.Answer;
import java.util.LinkedHashMap;
import java.util.Map;

/** What people read of an error where a site has no page for it, as AWS writes it. */
final class ErrorPage {
    private ErrorPage() {}

    /**
     * @param about what the error is about: the key, the bucket
     */
    static Answer of(Fault fault, Map<String, String> about, Caller visitor) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "text/html; charset=utf-8");
        headers.put("x-amz-error-code", fault.code());
        if (visitor.head().method().equals("HEAD")) {
            return Answer.empty(fault.status(), headers);
        }
        var title = fault.status() + " " + reason(fault.status());
        var out = new StringBuilder(512);
        out.append("<html>\n<head><title>").append(title).append("</title></head>\n<body>\n<h1>");
        out.append(title).append("</h1>\n<ul>\n");
        item(out, "Code", fault.code());
        item(out, "Message", requireNonNullElse(fault.getMessage(), ""));
        about.forEach((name, value) -> item(out, name, value));
        item(out, "RequestId", visitor.requestId());
        out.append("</ul>\n<hr/>\n</body>\n</html>\n");
        return Answer.of(fault.status(), headers, out.toString().getBytes(UTF_8));
    }

    private static void item(StringBuilder out, String name, String value) {
        out.append("<li>").append(name).append(": ").append(escaped(value)).append("</li>\n");
    }

    /** What a visitor sent must not become a part of the page. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 412 -> "Precondition Failed";
            case 416 -> "Requested Range Not Satisfiable";
            case 503 -> "Service Unavailable";
            default -> status < 500 ? "Error" : "Internal Server Error";
        };
    }
}
