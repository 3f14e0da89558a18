package io.brume.control.api.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.control.api.ApiHandler;
import io.brume.control.api.Origin;
import java.util.Map;

/** Tells somebody who opens the endpoint in a browser what this is. */
record LandingPage(String region) implements ApiHandler {
    @Override
    public HttpReply handle(HttpCall call, Origin origin) {
        var host = call.header("host");
        var endpoint = "http://" + (host == null ? "127.0.0.1" : host);
        var text =
                """
                This is Brume, a private cloud that speaks AWS (region %1$s).
                It answers signed requests of AWS's own clients, for example:

                  eval "$(./brume env)"
                  aws ec2 describe-instances

                  AWS_ENDPOINT_URL=%2$s
                  AWS_DEFAULT_REGION=%1$s

                /health  is this program alive
                /ready   can it serve
                /metrics for Prometheus
                """
                        .formatted(region, endpoint);
        var accept = call.header("accept");
        if (accept == null || !accept.contains("text/html")) {
            return reply("text/plain;charset=UTF-8", text);
        }
        var page =
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Brume</title>"
                        + "<pre>"
                        + text.replace("&", "&amp;").replace("<", "&lt;")
                        + "</pre></html>\n";
        return reply("text/html;charset=UTF-8", page);
    }

    private static HttpReply reply(String type, String text) {
        return new HttpReply(
                200,
                Map.of(
                        "Content-Type",
                        type,
                        "Content-Security-Policy",
                        "default-src 'none'",
                        "X-Content-Type-Options",
                        "nosniff"),
                text.getBytes(UTF_8));
    }
}
