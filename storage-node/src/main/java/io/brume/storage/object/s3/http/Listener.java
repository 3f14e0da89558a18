package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * Where the server listens.
 *
 * @param port 0 for any free one
 * @param tls empty for plain HTTP
 * @param forwarded whether whoever calls here passes on others' requests and is believed who they
 *     are: TLS lets nobody else in
 */
public record Listener(String host, int port, Optional<SslContext> tls, boolean forwarded) {
    public Listener {
        requireNonNull(host);
        requireNonNull(tls);
    }

    /** Of requests that the control plane passes on; its alone by this context. */
    public static Listener forwarded(String host, int port, SslContext tls) {
        return new Listener(host, port, Optional.of(tls), true);
    }

    public static Listener plain(String host, int port) {
        return new Listener(host, port, Optional.empty(), false);
    }
}
