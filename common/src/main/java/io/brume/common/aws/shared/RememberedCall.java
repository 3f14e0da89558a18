package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What is kept of a call with a client token.
 *
 * @param fingerprint of its request, without the token
 * @param resources the ids of what it made, from which the same answer can be given again
 * @param at when it was made; a token may be forgotten a day after
 */
public record RememberedCall(String fingerprint, List<String> resources, Instant at) {
    public RememberedCall {
        requireNonNull(fingerprint);
        resources = List.copyOf(resources);
        requireNonNull(at);
    }
}
