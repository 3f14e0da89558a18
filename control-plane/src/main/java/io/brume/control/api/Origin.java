package io.brume.control.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Where a call came from, as the gateway saw it.
 *
 * @param requestId made by the gateway, a UUID
 * @param sourceIp the peer's address
 * @param received when the head of the request was complete
 */
public record Origin(String requestId, String sourceIp, Instant received) {
    public Origin {
        requireNonNull(requestId);
        requireNonNull(sourceIp);
        requireNonNull(received);
    }
}
