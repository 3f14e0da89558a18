package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What strangers may do.
 *
 * @param connections open at once; more are closed at once
 * @param calls handled at once; more are answered 503
 * @param requestLineBytes a presigned URL with a session token and a long key is long
 * @param headerBytes of one request's head, its request line apart
 * @param headers of one request
 * @param queuedBytes of one body, read from the socket and not yet by its operation
 */
public record ServerLimits(
        int connections,
        int calls,
        int requestLineBytes,
        int headerBytes,
        int headers,
        int queuedBytes,
        Timeouts timeouts) {
    /**
     * How long the phases of a connection may take, however busily its bytes trickle.
     *
     * @param firstHead from the connection to its first complete head, TLS included
     * @param nextHead from an answer to the next complete head: keep-alive
     * @param stall how long a body or an answer may take for {@code stallBytes}
     */
    public record Timeouts(Duration firstHead, Duration nextHead, Duration stall, long stallBytes) {
        public Timeouts {
            requireNonNull(firstHead);
            requireNonNull(nextHead);
            requireNonNull(stall);
        }

        /** 20 seconds, two minutes, 64 KiB in 30 seconds. */
        public static Timeouts standard() {
            return new Timeouts(
                    Duration.ofSeconds(20),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    64 << 10);
        }
    }

    public ServerLimits {
        requireNonNull(timeouts);
        if (connections < 1
                || calls < 1
                || requestLineBytes < 1
                || headerBytes < 1
                || headers < 1
                || queuedBytes < 1) {
            throw new IllegalArgumentException("limits are positive");
        }
    }

    public ServerLimits withTimeouts(Timeouts others) {
        return new ServerLimits(
                connections, calls, requestLineBytes, headerBytes, headers, queuedBytes, others);
    }

    /** 4,096 connections, 1,024 calls, 16 KiB of request line and of headers, 256 KiB of body. */
    public static ServerLimits standard() {
        return new ServerLimits(
                4096, 1024, 16 << 10, 16 << 10, 200, 256 << 10, Timeouts.standard());
    }
}
