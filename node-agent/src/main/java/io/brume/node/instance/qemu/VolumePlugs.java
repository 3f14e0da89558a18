package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.brume.node.instance.GuestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of a running guest. What it has is asked of QEMU each time, so that it does not
 * matter who plugged them in. A volume's socket is linked into the guest's folder, where nobody but
 * the guest's process can go; the link is there as long as the guest may have the volume.
 * Thread-safe.
 */
final class VolumePlugs {
    private static final Logger LOG = LoggerFactory.getLogger(VolumePlugs.class);

    // A guest without ACPI for its ports blinks five seconds before it lets go, in case somebody
    // presses the button again.
    private static final Duration LET_GO = Duration.ofSeconds(12);

    // QEMU connects again at once, as a rule.
    private static final Duration RECONNECTING = Duration.ofMillis(50);
    private static final int RESIZE_ATTEMPTS = 40;

    /** The conversation with QEMU. */
    interface Conversation {
        JsonNode execute(String command, Map<String, ?> arguments) throws IOException;
    }

    /**
     * A disk as QEMU has it.
     *
     * @param node the block node behind it
     * @param port where it is plugged in
     */
    private record Plugged(String node, String port, long sizeBytes) {}

    private final GuestFolder folder;
    private final int uid;
    private final Conversation qemu;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition someDeleted = waiting.newCondition();
    private final Set<String> deleted = new HashSet<>();
    private boolean ended;

    VolumePlugs(GuestFolder folder, int uid, Conversation qemu) {
        this.folder = requireNonNull(folder);
        this.uid = uid;
        this.qemu = requireNonNull(qemu);
    }

    /** Makes a volume's socket reachable for a guest, and for no other. */
    static void link(GuestFolder folder, GuestSpec.Volume volume, int uid) throws IOException {
        Path link = folder.file(new VolumePlug(volume.volumeId()).socket());
        if (Files.exists(link) && Files.isSameFile(link, volume.socket())) {
            return;
        }
        Path fresh = link.resolveSibling(link.getFileName() + "~");
        Files.deleteIfExists(fresh);
        Files.createLink(fresh, volume.socket());
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.setAttribute(fresh, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(fresh, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private void relink(GuestSpec.Volume volume) throws IOException {
        if (Files.exists(volume.socket())) {
            link(folder, volume, uid);
        }
    }

    /** Whether a guest may have a volume. */
    static boolean isLinked(GuestFolder folder, String volumeId) {
        return VolumePlug.isId(volumeId)
                && Files.exists(folder.file(new VolumePlug(volumeId).socket()));
    }

    /** See {@link io.brume.node.instance.Hypervisor#attach}. */
    void attach(GuestSpec.Volume volume) throws IOException {
        var plug = new VolumePlug(volume.volumeId());
        lock.lock();
        try {
            // Before QEMU is asked: it may not answer before its disk does.
            link(folder, volume, uid);
            Map<String, Plugged> plugged = plugged();
            Plugged disk = plugged.get(plug.volumeId());
            if (disk != null && disk.node().equals(plug.volumeId())) {
                grow(volume, disk.sizeBytes());
                return;
            }
            if (!nodes().contains(plug.volumeId())) {
                qemu.execute("blockdev-add", plug.node());
            }
            if (disk == null) {
                qemu.execute("device_add", plug.device(freePort(plugged)));
            } else {
                replaceNode(plug, plug.volumeId());
            }
            dropNode(plug.brokenName());
            LOG.info("{} has {}", folder.instanceId(), plug.volumeId());
        } finally {
            lock.unlock();
        }
    }

    private static String freePort(Map<String, Plugged> plugged) throws IOException {
        Set<String> taken = new HashSet<>();
        plugged.values().forEach(disk -> taken.add(disk.port()));
        for (int i = 0; i < GuestSpec.Volume.MOST; i++) {
            if (!taken.contains(VolumePlug.port(i))) {
                return VolumePlug.port(i);
            }
        }
        throw new IOException(
                "the instance has %d volumes and no place for another"
                        .formatted(GuestSpec.Volume.MOST));
    }

    /** See {@link io.brume.node.instance.Hypervisor#detach}. */
    boolean detach(GuestSpec.Volume volume) throws IOException {
        String volumeId = volume.volumeId();
        var plug = new VolumePlug(volumeId);
        lock.lock();
        try {
            if (!isLinked(folder, volumeId)) {
                return true;
            }
            relink(volume);
            Plugged disk = plugged().get(volumeId);
            if (disk != null && disk.node().equals(volumeId) && !letsGo(plug)) {
                return false;
            }
            dropNode(volumeId);
            if (disk == null || disk.node().equals(volumeId)) {
                dropNode(plug.brokenName());
            }
            Files.deleteIfExists(folder.file(plug.socket()));
            LOG.info("{} has let go of {}", folder.instanceId(), volumeId);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** See {@link io.brume.node.instance.Hypervisor#sever}. */
    void sever(GuestSpec.Volume volume) throws IOException {
        String volumeId = volume.volumeId();
        var plug = new VolumePlug(volumeId);
        lock.lock();
        try {
            if (!isLinked(folder, volumeId)) {
                return;
            }
            relink(volume);
            Plugged disk = plugged().get(volumeId);
            if (disk != null && disk.node().equals(volumeId)) {
                if (!nodes().contains(plug.brokenName())) {
                    qemu.execute("blockdev-add", plug.broken(disk.sizeBytes()));
                }
                replaceNode(plug, plug.brokenName());
            }
            dropNode(volumeId);
            Files.deleteIfExists(folder.file(plug.socket()));
            LOG.warn("{} was taken away from {}", volumeId, folder.instanceId());
        } finally {
            lock.unlock();
        }
    }

    /** QEMU has removed a device. */
    void deviceDeleted(String id) {
        waiting.lock();
        try {
            deleted.add(id);
            someDeleted.signalAll();
        } finally {
            waiting.unlock();
        }
    }

    /** QEMU has ended: nobody lets go of anything any more. */
    void ended() {
        waiting.lock();
        try {
            ended = true;
            someDeleted.signalAll();
        } finally {
            waiting.unlock();
        }
    }

    private boolean letsGo(VolumePlug plug) throws IOException {
        waiting.lock();
        try {
            deleted.remove(plug.volumeId());
        } finally {
            waiting.unlock();
        }
        try {
            qemu.execute("device_del", Map.of("id", plug.volumeId()));
        } catch (IOException e) {
            // It was asked already and has not made up its mind, or is gone by now.
            LOG.debug("{} {}", folder.instanceId(), plug.volumeId(), e);
        }
        return awaitDeleted(plug.volumeId()) || !plugged().containsKey(plug.volumeId());
    }

    private boolean awaitDeleted(String id) throws IOException {
        waiting.lock();
        try {
            long left = LET_GO.toNanos();
            while (!deleted.remove(id)) {
                if (left <= 0 || ended) {
                    return false;
                }
                left = someDeleted.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + folder.instanceId(), e);
        } finally {
            waiting.unlock();
        }
    }

    /** The volumes that the guest has, by id. */
    private Map<String, Plugged> plugged() throws IOException {
        Map<String, Plugged> all = new HashMap<>();
        Map<String, JsonNode> media = media();
        for (JsonNode device : qemu.execute("qom-list", Map.of("path", VolumePlug.DEVICES))) {
            String id = device.path("name").asText();
            if (VolumePlug.isId(id)) {
                JsonNode medium = media.getOrDefault(id, MissingNode.getInstance());
                all.put(
                        id,
                        new Plugged(
                                medium.path("node-name").asText(),
                                port(new VolumePlug(id)),
                                medium.path("image").path("virtual-size").asLong()));
            }
        }
        return all;
    }

    /** What is behind each disk, by the disk's id. */
    private Map<String, JsonNode> media() throws IOException {
        Map<String, JsonNode> all = new HashMap<>();
        for (JsonNode disk : qemu.execute("query-block", Map.of())) {
            String path = disk.path("qdev").asText();
            if (path.startsWith(VolumePlug.DEVICES + "/")) {
                all.put(path.split("/", -1)[3], disk.path("inserted"));
            }
        }
        return all;
    }

    private String port(VolumePlug plug) throws IOException {
        // A bus is the child of its port: /machine/peripheral/port3/port3.
        String bus =
                qemu.execute("qom-get", Map.of("path", plug.path(), "property", "parent_bus"))
                        .asText();
        return bus.substring(bus.lastIndexOf('/') + 1);
    }

    private Set<String> nodes() throws IOException {
        Set<String> names = new HashSet<>();
        for (JsonNode node : qemu.execute("query-named-block-nodes", Map.of("flat", true))) {
            names.add(node.path("node-name").asText());
        }
        return names;
    }

    // The disk is served by the thread for I/O once its guest uses it, and by the main one before;
    // a node can only take the place of another on the same thread.
    private void replaceNode(VolumePlug plug, String by) throws IOException {
        try {
            move(by, Optional.of(VolumePlug.THREAD));
            putBehind(plug, by);
        } catch (IOException e) {
            LOG.debug("{} {}", folder.instanceId(), plug.volumeId(), e);
            move(by, Optional.empty());
            putBehind(plug, by);
        }
    }

    private void move(String node, Optional<String> thread) throws IOException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("node-name", node);
        arguments.put("iothread", thread.orElse(null));
        qemu.execute("x-blockdev-set-iothread", arguments);
    }

    private void putBehind(VolumePlug plug, String node) throws IOException {
        qemu.execute("qom-set", Map.of("path", plug.path(), "property", "drive", "value", node));
    }

    private void dropNode(String name) throws IOException {
        if (nodes().contains(name)) {
            qemu.execute("blockdev-del", Map.of("node-name", name));
        }
    }

    private void grow(GuestSpec.Volume volume, long knownBytes) throws IOException {
        if (volume.sizeBytes() <= knownBytes) {
            return;
        }
        // QEMU learns a new size when it connects, and connects when it has something to ask. The
        // question is not waited for: QEMU would do nothing else meanwhile, network included.
        qemu.execute(
                "human-monitor-command",
                Map.of(
                        "command-line",
                        "qemu-io -d %s/virtio-backend \"aio_read -q 0 512\""
                                .formatted(new VolumePlug(volume.volumeId()).path())));
        resize(volume);
        LOG.info(
                "{} sees {} bytes of {}",
                folder.instanceId(),
                volume.sizeBytes(),
                volume.volumeId());
    }

    private void resize(GuestSpec.Volume volume) throws IOException {
        Map<String, Object> size =
                Map.of("node-name", volume.volumeId(), "size", volume.sizeBytes());
        for (int attempt = 1; ; attempt++) {
            try {
                qemu.execute("block_resize", size);
                return;
            } catch (IOException e) {
                if (attempt == RESIZE_ATTEMPTS) {
                    throw e;
                }
            }
            try {
                Thread.sleep(RECONNECTING);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
