package io.brume.common.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Takes off the compression that clients put on large requests (CloudWatch's PutMetricData). */
final class ContentEncoding {
    /** What a compressed body may grow to; the largest request of any operation is far below. */
    static final int LARGEST = 16 << 20;

    private static final String HEADER = "content-encoding";

    private ContentEncoding() {}

    /**
     * The same call with a plain body, and without gzip in its header.
     *
     * @throws Malformed when the body is not gzip, or grows too large
     */
    static HttpCall decode(HttpCall call) {
        var encoding = call.header(HEADER);
        if (encoding == null || call.body().length == 0) {
            return call;
        }
        int comma = encoding.lastIndexOf(',');
        if (!encoding.substring(comma + 1).strip().equalsIgnoreCase("gzip")) {
            return call;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(call.body()))) {
            var plain = in.readNBytes(LARGEST + 1);
            if (plain.length > LARGEST) {
                throw Malformed.limit("the body is too large");
            }
            var headers = new HashMap<>(call.headers());
            if (comma < 0) {
                headers.remove(HEADER);
            } else {
                headers.put(HEADER, List.of(encoding.substring(0, comma).strip()));
            }
            return new HttpCall(call.method(), call.path(), call.query(), headers, plain);
        } catch (IOException e) {
            throw Malformed.document("the body is not gzip");
        }
    }
}
