package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.time.Duration;
import java.time.Instant;

/**
 * A volume's tie to a client that is no instance: one agent lets it in over TLS, for a time. It has
 * the states of an attachment but for {@code busy}, since no guest can hold on to anything.
 *
 * @param node the agent that serves it
 * @param until when it ends by itself
 * @param client the certificate that is believed, and the authority that signed it
 * @param readOnly whether the client may only read
 * @param since the store's revision before the last change of the state: a host's word of a later
 *     generation is about this state
 * @param changed when the state last changed
 */
public record Serving(
        NodeId node,
        AttachmentState state,
        Instant until,
        Client client,
        boolean readOnly,
        long since,
        Instant changed) {
    /** The longest. */
    public static final Duration LONGEST = Duration.ofHours(24);

    public Serving {
        requireNonNull(node);
        requireNonNull(state);
        requireNonNull(until);
        requireNonNull(client);
        requireNonNull(changed);
    }

    /**
     * Who is let in.
     *
     * @param fingerprint of its certificate: the SHA-256 in URL-safe base64
     * @param authority the certificate of the authority that signed it: base64 of the DER
     */
    public record Client(String fingerprint, String authority) {
        public Client {
            requireNonNull(fingerprint);
            requireNonNull(authority);
        }
    }

    /** A new one. */
    public static Serving asked(
            NodeId node, Instant until, Client client, boolean readOnly, long since, Instant now) {
        return new Serving(node, AttachmentState.ATTACHING, until, client, readOnly, since, now);
    }

    /** After an event; the same one when that changes nothing. */
    public Serving after(AttachmentState.Event event, long revision, Instant now) {
        var next = state.next(event);
        return next == state
                ? this
                : new Serving(node, next, until, client, readOnly, revision, now);
    }
}
