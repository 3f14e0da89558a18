package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import java.security.cert.X509Certificate;

/**
 * Where a client from outside finds a volume.
 *
 * @param authority that signed the server's certificate; another one each time the volume is served
 */
public record OutsideAddress(HostPort address, X509Certificate authority) {
    public OutsideAddress {
        requireNonNull(address);
        requireNonNull(authority);
    }
}
