package io.brume.control.api.gateway;

import static java.util.Objects.requireNonNull;

import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the gateway listens and what it bears.
 *
 * @param host the address to bind
 * @param port 0 for any free one
 * @param certificate to speak TLS with; empty for plain HTTP
 * @param limits what it bears
 */
public record GatewayOptions(
        String host, int port, Optional<KeyCertOptions> certificate, Limits limits) {
    /**
     * Bounds, all of them on what strangers may do.
     *
     * @param connections open at once; more are closed at once
     * @param calls handled at once; more are answered 503
     * @param headerBytes of one request's head, its request line apart
     * @param headers of one request
     * @param requestLineBytes a presigned URL with a session token is long
     * @param bodyBytes of one signed request
     * @param unsignedBodyBytes of one request without a signature
     * @param bodiesBytes of all bodies in memory
     */
    public record Limits(
            int connections,
            int calls,
            int headerBytes,
            int headers,
            int requestLineBytes,
            int bodyBytes,
            int unsignedBodyBytes,
            long bodiesBytes,
            Timeouts timeouts) {
        public Limits {
            requireNonNull(timeouts);
            if (connections < 1
                    || calls < 1
                    || headerBytes < 1
                    || headers < 1
                    || requestLineBytes < 1
                    || bodyBytes < 1
                    || unsignedBodyBytes < 1
                    || bodiesBytes < bodyBytes) {
                throw new IllegalArgumentException("limits are positive: " + this);
            }
        }

        /** 4096 connections, 256 calls, 16 KiB of headers, 10 MiB of body, 256 MiB of bodies. */
        public static Limits standard() {
            return new Limits(
                    4096,
                    256,
                    16 << 10,
                    200,
                    16 << 10,
                    10 << 20,
                    64 << 10,
                    256L << 20,
                    Timeouts.standard());
        }
    }

    /**
     * How long the phases of a connection may take, however busily its bytes trickle.
     *
     * @param firstHead from the connection to its first complete head, TLS included
     * @param nextHead from an answer to the next complete head: keep-alive
     * @param body from the head to the end of the body
     * @param answer for the client to take an answer
     */
    public record Timeouts(Duration firstHead, Duration nextHead, Duration body, Duration answer) {
        public Timeouts {
            requireNonNull(firstHead);
            requireNonNull(nextHead);
            requireNonNull(body);
            requireNonNull(answer);
        }

        /** 20 seconds, two minutes, one minute, one minute. */
        public static Timeouts standard() {
            return new Timeouts(
                    Duration.ofSeconds(20),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(1));
        }
    }

    public GatewayOptions {
        requireNonNull(host);
        requireNonNull(certificate);
        requireNonNull(limits);
    }

    /** Plain HTTP with the standard limits. */
    public static GatewayOptions plain(String host, int port) {
        return new GatewayOptions(host, port, Optional.empty(), Limits.standard());
    }
}
