package io.brume.control.api.gateway;
import io.brume.control.api.ToyCloud;
public final class Probe {
    public static void main(String[] a) throws Exception {
        try (var cloud = new ToyCloud()) {
            String[] all = {
                "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /ready HTTP/1.1\r\nHost: h\r\n\r\n",
                "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
                "FOO\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET http://x/y HTTP/1.1\r\nHost: h\r\n\r\n",
                "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "GET / HTTP/1.1\nHost: h\n\n",
                "GET / HTTP/1.1\r\nHost: h\r\n folded: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA\0b: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA: x\0y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA: x\ry\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /" + "a".repeat(20000) + " HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(20000) + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\n" + "a: b\r\n".repeat(300) + "\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 200-ok\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0",
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
            };
            for (var text : all) {
                try (var client = new RawClient(cloud.port())) {
                    System.out.println("=== " + text.substring(0, Math.min(110, text.length())).replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0"));
                    client.send(text);
                    var s = new Thread(() -> { try { Thread.sleep(1500); client.close(); } catch (Exception e) {} });
                    s.setDaemon(true); s.start();
                    System.out.println(client.rest().replace("\r\n", "|").replace("\n", "|"));
                } catch (Exception e) { System.out.println("EXC " + e); }
            }
        }
        System.exit(0);
    }
}
