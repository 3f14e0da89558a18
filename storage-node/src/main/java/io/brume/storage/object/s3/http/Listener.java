package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * Where the server listens.
 *
 * @param port 0 for any free one
 * @param tls empty for plain HTTP
 */
public record Listener(String host, int port, Optional<SslContext> tls) {
    public Listener {
        requireNonNull(host);
        requireNonNull(tls);
    }

    public static Listener plain(String host, int port) {
        return new Listener(host, port, Optional.empty());
    }
}
