package io.brume.common.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Takes off the compression that clients put on large requests (CloudWatch's PutMetricData). */
final class ContentEncoding {
    /** What a compressed body may grow to; the largest request of any operation is far below. */
    static final int LARGEST = 16 << 20;

    private ContentEncoding() {}

    /**
     * @throws Malformed when the body is not gzip, or grows too large
     */
    static HttpCall decode(HttpCall call) {
        var encoding = call.header("content-encoding");
        if (encoding == null || !encoding.strip().equalsIgnoreCase("gzip")) {
            return call;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(call.body()))) {
            var plain = in.readNBytes(LARGEST + 1);
            if (plain.length > LARGEST) {
                throw Malformed.limit("the body is too large");
            }
            return call.withBody(plain);
        } catch (IOException e) {
            throw Malformed.document("the body is not gzip");
        }
    }
}
