package io.brume.cli.command.volume;

import static java.util.Objects.requireNonNull;

import io.brume.cli.client.CertificateFolder;
import io.brume.cli.client.CliException;
import io.brume.cli.client.ServiceException;
import io.brume.cli.client.Servings;
import io.brume.cli.client.Servings.Door;
import io.brume.cli.client.Servings.Serving;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Keys;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This user's side of one serving: the key, which never leaves this machine, the folder of
 * certificates, and that both end with the command. Thread-safe.
 */
final class OutsideClient implements AutoCloseable {
    private static final int SERVER_ERRORS = 500;

    private final Servings servings;
    private final String volumeId;
    private final CertificateFolder folder;
    private Servings.@Nullable Certified certified;
    private boolean closed;

    OutsideClient(Servings servings, String volumeId, CertificateFolder folder) {
        this.servings = requireNonNull(servings);
        this.volumeId = requireNonNull(volumeId);
        this.folder = requireNonNull(folder);
    }

    /**
     * What a look at the serving gave.
     *
     * @param answered whether the cloud did
     * @param serving empty = it is over, if it answered
     */
    record Look(boolean answered, Optional<Serving> serving) {}

    /** Has the volume served; an end that comes meanwhile waits for it, and then ends it. */
    synchronized void begin(String nodeId, Duration time, boolean readOnly) {
        if (closed) {
            return;
        }
        KeyPair keys = Keys.generate();
        var begun = servings.begin(volumeId, Keys.request(keys, volumeId), nodeId, time, readOnly);
        certified = begun;
        folder.make(keys, begun);
    }

    /** Whether and where it is served now. */
    Look look() {
        try {
            return new Look(true, servings.find(volumeId).filter(this::isMine));
        } catch (CliException e) {
            return new Look(false, Optional.empty());
        } catch (ServiceException e) {
            if (e.status() >= SERVER_ERRORS) {
                return new Look(false, Optional.empty());
            }
            throw e;
        }
    }

    private synchronized boolean isMine(Serving serving) {
        return certified != null && serving.fingerprint().equals(fingerprint(certified));
    }

    private static String fingerprint(Servings.Certified certified) {
        return Certificates.fingerprint(certified.client());
    }

    /** Lets clients find the volume; the URI for them. */
    synchronized String open(Door door) {
        if (certified != null && !closed) {
            folder.believe(door.authority(), certified.authority());
        }
        return folder.uri(door.address(), volumeId);
    }

    /** Ends the serving, unless it is over, and removes the folder. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (certified != null) {
            try {
                folder.remove();
            } finally {
                end(fingerprint(certified));
            }
        }
    }

    private void end(String fingerprint) {
        try {
            servings.end(volumeId, fingerprint);
        } catch (ServiceException e) {
            if (!e.code().equals("IncorrectState") && !e.code().endsWith("NotFoundException")) {
                throw e;
            }
        }
    }
}
