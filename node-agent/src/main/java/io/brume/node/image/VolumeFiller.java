package io.brume.node.image;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Brings the first contents into volumes that this host serves, and remembers which of them have
 * theirs. Calls block (as long as the copying takes) and are made from virtual threads; calls for
 * one volume come from one thread at a time. An interrupt ends one.
 */
public interface VolumeFiller {
    /**
     * Makes a volume's bytes those of its source; what is beyond the source's end stays zeros. When
     * this returns all of it is durable, and remembered as done. What an earlier attempt has
     * written does not matter.
     *
     * @param progress told the percentage done, from time to time
     * @throws IOException with a reason for people
     */
    void fill(Target volume, Source source, Consumer<Integer> progress) throws IOException;

    /** Whether a volume was filled from that source, by whichever agent of this host. */
    boolean isFilled(String volumeId, String sourceId);

    /** Remembers nothing of a volume any more. */
    void forget(String volumeId) throws IOException;

    /**
     * A volume to fill.
     *
     * @param socket where it is served by NBD
     */
    record Target(String volumeId, Path socket) {
        public Target {
            requireNonNull(volumeId);
            requireNonNull(socket);
        }
    }

    /** Where the contents come from. */
    sealed interface Source {
        /** The id of the image or volume. */
        String id();

        /**
         * An image's disk.
         *
         * @param disk a qcow2 file that stands alone
         */
        record OfImage(String id, Path disk) implements Source {}

        /**
         * Another volume of this host.
         *
         * @param socket where it is served by NBD
         */
        record OfVolume(String id, Path socket) implements Source {}
    }
}
