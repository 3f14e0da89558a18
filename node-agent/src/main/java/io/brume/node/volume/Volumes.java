package io.brume.node.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The volumes that this host serves or keeps in step. It remembers nothing beyond the process: a
 * new one is told everything anew.
 *
 * <p>Calls may block for a moment, but never for a storage node; those for one volume come from one
 * thread at a time. Every call is idempotent; those that name a volume that is not here do nothing.
 */
public interface Volumes extends AutoCloseable {
    /**
     * Makes a volume so; an older want than the one held is ignored. Returns at once: {@link
     * #status} tells how far it is, {@link #onChange} when to look. From any thread.
     *
     * @throws IOException with a reason for people when it cannot be taken up now
     */
    void apply(VolumeWant want) throws IOException;

    /** How a volume is; empty when it is not here. */
    Optional<VolumeStatus> status(String volumeId);

    /**
     * Serves a volume that is here at a Unix socket, which root alone may open. Requests wait while
     * the volume is being opened.
     *
     * @return the socket: another file after the agent was restarted, at the same path
     * @throws IOException with a reason for people
     */
    Path offer(String volumeId) throws IOException;

    /** Serves a volume no longer: connections are closed, the socket is removed. */
    void withdraw(String volumeId);

    /**
     * Serves a volume that is here over TLS to one client that is no guest, until the time of the
     * offer is over; {@link #onChange} tells of that. Another offer takes the place of the one
     * before.
     *
     * @throws IOException with a reason for people
     */
    void offerOutside(String volumeId, OutsideOffer offer) throws IOException;

    /** Where that client finds the volume; empty while it is not let in. */
    Optional<OutsideAddress> outside(String volumeId);

    /**
     * Lets that client in no longer. When this returns it has no connection, and nothing that it
     * sent is taken for a request any more.
     *
     * @throws IOException with a reason for people: it may still be served
     */
    void withdrawOutside(String volumeId) throws IOException;

    /**
     * Answers every request at a volume's socket with an error from now on, those under way too,
     * and uses the volume no more. Lasts until {@link #release}; works for one that is not here,
     * too.
     *
     * @return the socket
     * @throws IOException with a reason for people
     */
    Path fail(String volumeId, long sizeBytes) throws IOException;

    /** Lets go of a volume. */
    void release(String volumeId);

    /**
     * Tells of each change of a volume's status, by its id. Called from any thread; must return at
     * once.
     */
    void onChange(Consumer<String> listener);

    /** Lets go of all. */
    @Override
    void close();
}
