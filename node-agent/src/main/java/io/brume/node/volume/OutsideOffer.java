package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * How a volume is served to a client that is no guest.
 *
 * @param until when it ends, whatever else happens
 * @param clientFingerprint of the one certificate that is believed; see {@link
 *     io.brume.common.tls.Certificates#fingerprint}
 * @param authority that must have signed it
 * @param readOnly whether changes are refused
 */
public record OutsideOffer(
        Instant until, String clientFingerprint, X509Certificate authority, boolean readOnly) {
    public OutsideOffer {
        requireNonNull(until);
        requireNonNull(clientFingerprint);
        requireNonNull(authority);
    }
}
