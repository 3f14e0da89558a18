package io.brume.cli.volume;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.common.tls.Keys;
import io.brume.node.volume.CoordinatorOptions;
import io.brume.node.volume.CutGroups;
import io.brume.node.volume.DataKey;
import io.brume.node.volume.ReplicaSockets;
import io.brume.node.volume.ReplicaWant;
import io.brume.node.volume.SelectorLoop;
import io.brume.node.volume.VolumeCoordinator;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeWant;
import io.brume.node.volume.nbd.NbdExport;
import io.brume.node.volume.nbd.NbdLimits;
import io.brume.node.volume.nbd.NbdServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A volume: replicas as processes, a coordinator and an NBD server in this one, and as much of a
 * control plane as takes failed replicas out of the set and those that are in step back into it.
 */
final class ServedByReplicas implements AutoCloseable {
    private static final String AGENT = "i-agent";

    private enum Role {
        IN_SYNC,
        REBUILDING,
        OUT
    }

    final List<ReplicaProcess> replicas = new ArrayList<>();
    private final Path folder;
    private final long sizeBytes;
    private final boolean here;
    private final Identity agent;
    private final DataKey key;
    private final Map<String, Role> roles = new LinkedHashMap<>();
    private final List<Integer> removals = new ArrayList<>();
    private final SelectorLoop loop;
    private @Nullable VolumeCoordinator coordinator;
    private @Nullable NbdServer server;
    private long generation = 1;
    private volatile @Nullable VolumeStatus status;

    /**
     * @param here whether replicas are reached by their Unix sockets, or else by TCP and TLS
     */
    ServedByReplicas(Path folder, int count, long sizeBytes, boolean here) throws Exception {
        this(folder, count, sizeBytes, here, DataKey.NONE);
    }

    /** One whose blocks may be encrypted. */
    @SuppressWarnings("NullAway.Init") // serve() sets what it serves with, on the loop
    ServedByReplicas(Path folder, int count, long sizeBytes, boolean here, DataKey key)
            throws Exception {
        this.key = key;
        this.folder = folder;
        this.sizeBytes = sizeBytes;
        this.here = here;
        CertificateAuthority authority = CertificateAuthority.create("test", Time.system());
        agent = identity(authority, AGENT);
        for (int i = 0; i < count; i++) {
            String node = "i-storage-" + i;
            Path data = Files.createDirectories(folder.resolve("r" + i));
            new IdentityFiles(data).save(identity(authority, node));
            var replica = new ReplicaProcess(node, data, sizeBytes, 1, AGENT);
            replicas.add(replica);
            replica.start();
            roles.put(node, Role.IN_SYNC);
        }
        replicas.forEach(ReplicaProcess::awaitServing);
        loop = SelectorLoop.start("vol-1", Time.system());
        serve();
    }

    private static Identity identity(CertificateAuthority authority, String name)
            throws GeneralSecurityException, IOException {
        KeyPair keys = Keys.generate();
        return new Identity(
                keys.getPrivate(),
                authority.certifyClient(Keys.request(keys, "node"), name, Duration.ofHours(1)));
    }

    private void serve() throws Exception {
        var begun = new CompletableFuture<Void>();
        VolumeWant want = want();
        loop.execute(() -> {
            try {
                coordinator =
                        VolumeCoordinator.open(
                                loop,
                                new ReplicaSockets(loop, "here", () -> agent),
                                CoordinatorOptions.USUAL,
                                new CutGroups(),
                                want,
                                this::reported);
                server =
                        new NbdServer(
                                loop,
                                requireNonNull(coordinator),
                                new NbdExport("vol-1", "", false),
                                NbdLimits.STANDARD);
                requireNonNull(server).listen(socket(), OptionalInt.empty());
                begun.complete(null);
            } catch (IOException e) {
                begun.completeExceptionally(e);
            }
        });
        begun.get();
    }

    Path socket() {
        return folder.resolve("n");
    }

    String uri() {
        return "nbd+unix:///?socket=" + socket();
    }

    VolumeStatus status() {
        return requireNonNull(status);
    }

    private VolumeWant want() {
        var wanted = new ArrayList<ReplicaWant>();
        for (ReplicaProcess replica : replicas) {
            Role role = roles.get(replica.nodeId);
            if (role != Role.OUT && Files.exists(replica.folder.resolve("port"))) {
                try {
                    wanted.add(replica.want(role == Role.IN_SYNC, here));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return new VolumeWant(
                ReplicaProgram.VOLUME, generation, 1, sizeBytes, wanted, 0, 0, List.of(), key);
    }

    private void reported(VolumeStatus now) {
        status = now;
        boolean changed = false;
        for (String node : now.failedNodeIds()) {
            long left = roles.values().stream().filter(role -> role == Role.IN_SYNC).count();
            if (roles.get(node) == Role.IN_SYNC && left > 1) {
                roles.put(node, Role.OUT);
                removals.add(1);
                changed = true;
            }
        }
        for (VolumeStatus.Rebuilding rebuilding : now.rebuilding()) {
            if (rebuilding.inStep() && roles.get(rebuilding.nodeId()) == Role.REBUILDING) {
                roles.put(rebuilding.nodeId(), Role.IN_SYNC);
                changed = true;
            }
        }
        if (changed) {
            generation++;
            requireNonNull(coordinator).apply(want());
        }
    }

    /** The node is back: its replica is to be brought in step, if it was given up. */
    void bringBack(ReplicaProcess replica) {
        loop.execute(() -> {
            if (roles.get(replica.nodeId) == Role.OUT) {
                roles.put(replica.nodeId, Role.REBUILDING);
            }
            generation++;
            requireNonNull(coordinator).apply(want());
        });
    }

    /** A replica may be given up after its node was brought back, as a control plane would see. */
    boolean isWhole() throws Exception {
        loop.execute(() -> {
            if (roles.containsValue(Role.OUT)) {
                roles.replaceAll((node, role) -> role == Role.OUT ? Role.REBUILDING : role);
                generation++;
                requireNonNull(coordinator).apply(want());
            }
        });
        var whole = new CompletableFuture<Boolean>();
        loop.execute(() ->
                whole.complete(
                        roles.values().stream().allMatch(role -> role == Role.IN_SYNC)
                                && requireNonNull(coordinator).status().reason().isEmpty()
                                && requireNonNull(coordinator).status().phase()
                                        == VolumeStatus.Phase.SERVING));
        return whole.get();
    }

    int removals() throws Exception {
        var count = new CompletableFuture<Integer>();
        loop.execute(() -> count.complete(removals.size()));
        return count.get();
    }

    /** The volume with one replica alone: what that one holds. */
    void serveOnly(ReplicaProcess replica) throws Exception {
        endService();
        roles.replaceAll((node, role) -> node.equals(replica.nodeId) ? Role.IN_SYNC : Role.OUT);
        serve();
    }

    private void endService() throws Exception {
        var ended = new CompletableFuture<Void>();
        loop.execute(() -> {
            requireNonNull(server).close();
            requireNonNull(coordinator).close();
            loop.execute(() -> loop.execute(() -> ended.complete(null)));
        });
        ended.get();
    }

    @Override
    public void close() throws Exception {
        loop.close();
        for (ReplicaProcess replica : replicas) {
            replica.close();
        }
    }
}
