package io.brume.session;

import io.brume.common.config.HostPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How others dial this host. */
public final class OwnAddress {
    private OwnAddress() {}

    /**
     * The host that others dial to reach what listens here: the one that it listens on, or, when
     * that is all of them, the address that this host has where the control plane is. Nothing is
     * sent.
     */
    public static String reachedAt(HostPort listen, HostPort control) throws IOException {
        if (!InetAddress.getByName(listen.host()).isAnyLocalAddress()) {
            return listen.host();
        }
        try (var probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(control.host(), control.port()));
            return probe.getLocalAddress().getHostAddress();
        }
    }
}
