package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.ConfigurationException;
import io.brume.common.config.HostPort;
import io.brume.common.config.Setting;
import io.brume.common.config.Settings;
import io.brume.common.units.ByteSize;
import io.brume.storage.object.s3.Days;
import io.brume.storage.object.s3.operation.RestoreTimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The storage node's configuration.
 *
 * @param data where it keeps its identity and blocks
 * @param control where the control plane serves nodes
 * @param listen where health and metrics are served
 * @param joinToken the file that holds the join token
 * @param blockListen where agents of other hosts reach its block replicas
 * @param blockReserve what stays free on the disk: a write that would need it is refused
 * @param chunksListen where storage nodes and the control plane reach chunks of snapshots
 * @param chunksRate how fast snapshots are copied from other nodes; bytes a second
 * @param scrubRate how fast everything is read to find damage; bytes a second, 0 = not at all
 * @param scrubEvery so often at most
 * @param objects how its part of the object store is reached
 */
public record StorageSettings(
        Path data,
        HostPort control,
        String name,
        String zone,
        Optional<String> hostName,
        HostPort listen,
        Optional<Path> joinToken,
        HostPort blockListen,
        ByteSize blockReserve,
        HostPort chunksListen,
        ByteSize chunksRate,
        ByteSize scrubRate,
        Duration scrubEvery,
        ObjectSettings objects) {
    /**
     * How its part of the object store is reached.
     *
     * @param s3Listen by clients
     * @param forwardListen by the control plane, which passes S3 calls on
     * @param peerListen by other storage nodes, for blobs and questions to the index
     * @param indexListen by the members of the index group
     * @param day how long a day of a life cycle is
     * @param restores when archived objects can be read that somebody asks for
     */
    public record ObjectSettings(
            HostPort s3Listen,
            HostPort forwardListen,
            HostPort peerListen,
            HostPort indexListen,
            Duration day,
            RestoreTimes restores) {
        public ObjectSettings {
            requireNonNull(s3Listen);
            requireNonNull(forwardListen);
            requireNonNull(peerListen);
            requireNonNull(indexListen);
            requireNonNull(day);
            requireNonNull(restores);
        }
    }

    private static final Setting<Path> DATA =
            Setting.path("data", "Folder for everything the node keeps. Made when needed.");
    private static final Setting<HostPort> CONTROL =
            Setting.hostPort("control", "Where the control plane serves nodes.");
    private static final Setting<String> NAME =
            Setting.text("name", "The cloud's name, for people who look at several.")
                    .standard("brume");
    private static final Setting<String> ZONE =
            Setting.text("zone", "The availability zone that this host is in.")
                    .standard("us-east-1a");
    private static final Setting<Optional<String>> HOST_NAME =
            Setting.text(
                            "host.name",
                            "What people call this host. The system's host name where not given.")
                    .optional();
    private static final Setting<HostPort> LISTEN =
            Setting.hostPort(
                            "listen",
                            "Where /health, /ready and /metrics are served. Port 0 takes a free"
                                    + " one.")
                    .standard("127.0.0.1:0");
    private static final Setting<Optional<Path>> JOIN_TOKEN =
            Setting.path(
                            "join.token",
                            "File with the token to join the cloud with. Deleted once the node"
                                    + " has joined; not needed after that.")
                    .optional();

    private static final Setting<HostPort> BLOCK_LISTEN =
            Setting.hostPort(
                            "block.listen",
                            "Where agents of other hosts reach the volumes' replicas, over mutual"
                                    + " TLS. Port 0 takes a free one.")
                    .standard("127.0.0.1:0");
    private static final Setting<ByteSize> BLOCK_RESERVE =
            Setting.size(
                            "block.reserve",
                            "What stays free on the disk. A write that would take more is refused"
                                    + " before anything of it is accepted.")
                    .standard("256MiB");

    private static final Setting<HostPort> CHUNKS_LISTEN =
            Setting.hostPort(
                            "chunks.listen",
                            "Where other storage nodes and the control plane reach the chunks of"
                                    + " snapshots, over mutual TLS. Port 0 takes a free one.")
                    .standard("127.0.0.1:0");
    private static final Setting<ByteSize> CHUNKS_RATE =
            Setting.size(
                            "chunks.rate",
                            "How much a second is copied from other storage nodes in the"
                                    + " background.")
                    .standard("64MiB");
    private static final Setting<ByteSize> SCRUB_RATE =
            Setting.size(
                            "scrub.rate",
                            "How much a second is read to find damage. 0MiB = nothing is looked"
                                    + " for.")
                    .standard("20MiB");
    private static final Setting<Duration> SCRUB_EVERY =
            Setting.duration(
                            "scrub.every",
                            "The least time from the begin of one full round to that of the next.")
                    .standard("7d");

    private static final Setting<HostPort> S3_LISTEN =
            Setting.hostPort(
                            "s3.listen",
                            "Where clients of S3 are served. They may also go to the control plane,"
                                    + " which passes their calls on. Port 0 takes a free one.")
                    .standard("127.0.0.1:0");
    private static final Setting<HostPort> S3_FORWARD_LISTEN =
            Setting.hostPort(
                            "s3.forward.listen",
                            "Where the control plane passes S3 calls on to, over mutual TLS. Port 0"
                                    + " takes a free one.")
                    .standard("127.0.0.1:0");
    private static final Setting<HostPort> OBJECTS_LISTEN =
            Setting.hostPort(
                            "objects.listen",
                            "Where other storage nodes reach the bytes of objects and ask for the"
                                    + " index, over mutual TLS. Port 0 takes a free one.")
                    .standard("127.0.0.1:0");
    private static final Setting<HostPort> INDEX_LISTEN =
            Setting.hostPort(
                            "index.listen",
                            "Where the storage nodes that keep the index of objects reach each"
                                    + " other, over mutual TLS. Port 0 takes a free one, and the"
                                    + " same again after a restart when it can.")
                    .standard("127.0.0.1:0");

    private static final Setting<Duration> S3_DAY =
            Setting.duration(
                            "s3.lifecycle.day",
                            "How long a day of a bucket's life cycle rules is. Shorter ones are for"
                                    + " trying rules out: they delete objects sooner.")
                    .standard("24h");

    private static final Setting<Duration> RESTORE_EXPEDITED =
            restore("expedited", "Expedited", "1s");
    private static final Setting<Duration> RESTORE_STANDARD = restore("standard", "Standard", "5s");
    private static final Setting<Duration> RESTORE_BULK = restore("bulk", "Bulk", "1m");

    private static Setting<Duration> restore(String key, String tier, String standard) {
        return Setting.duration(
                        "s3.restore." + key,
                        "How long after RestoreObject in the tier "
                                + tier
                                + " the copy of an archived object is made.")
                .standard(standard);
    }

    /** Every key, for the reference page. */
    public static final Settings ALL =
            new Settings(
                    "storage-node",
                    List.of(
                            DATA,
                            CONTROL,
                            NAME,
                            ZONE,
                            HOST_NAME,
                            LISTEN,
                            JOIN_TOKEN,
                            BLOCK_LISTEN,
                            BLOCK_RESERVE,
                            CHUNKS_LISTEN,
                            CHUNKS_RATE,
                            SCRUB_RATE,
                            SCRUB_EVERY,
                            S3_LISTEN,
                            S3_FORWARD_LISTEN,
                            OBJECTS_LISTEN,
                            INDEX_LISTEN,
                            S3_DAY,
                            RESTORE_EXPEDITED,
                            RESTORE_STANDARD,
                            RESTORE_BULK));

    public StorageSettings {
        requireNonNull(data);
        requireNonNull(control);
        requireNonNull(zone);
        requireNonNull(listen);
        requireNonNull(blockListen);
        requireNonNull(blockReserve);
        requireNonNull(chunksListen);
        requireNonNull(chunksRate);
        requireNonNull(scrubRate);
        requireNonNull(scrubEvery);
        requireNonNull(objects);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigurationException naming every problem at once
     */
    public static StorageSettings read(Path file) throws ConfigurationException {
        var read = ALL.read(file);
        return new StorageSettings(
                read.get(DATA).toAbsolutePath().normalize(),
                read.get(CONTROL),
                read.get(NAME),
                read.get(ZONE),
                read.get(HOST_NAME),
                read.get(LISTEN),
                read.get(JOIN_TOKEN),
                read.get(BLOCK_LISTEN),
                read.get(BLOCK_RESERVE),
                read.get(CHUNKS_LISTEN),
                read.get(CHUNKS_RATE),
                read.get(SCRUB_RATE),
                read.get(SCRUB_EVERY),
                new ObjectSettings(
                        read.get(S3_LISTEN),
                        read.get(S3_FORWARD_LISTEN),
                        read.get(OBJECTS_LISTEN),
                        read.get(INDEX_LISTEN),
                        read.get(S3_DAY),
                        new RestoreTimes(
                                read.get(RESTORE_EXPEDITED),
                                read.get(RESTORE_STANDARD),
                                read.get(RESTORE_BULK),
                                new Days(read.get(S3_DAY)))));
    }
}
