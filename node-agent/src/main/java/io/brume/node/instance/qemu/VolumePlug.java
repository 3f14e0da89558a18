package io.brume.node.instance.qemu;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What QEMU is told of one volume, on its command line or while the guest runs. Pure.
 *
 * <p>The names: the block node and the device have the volume's id; a volume that was taken away
 * from a guest by force leaves the device with a node that always fails.
 */
record VolumePlug(String volumeId) {
    /** Where QEMU puts devices that have an id. */
    static final String DEVICES = "/machine/peripheral";

    /** The thread of QEMU that does the I/O of all disks. */
    static final String THREAD = "io";

    // The guest's requests wait so long for an agent that is away. Nothing is gained by an error:
    // file systems become read-only, and the disk is as good as ever when the agent is back.
    private static final Duration RECONNECT = Duration.ofDays(30);

    private static final Pattern ID = Pattern.compile("vol-[0-9a-z]{1,17}");
    private static final int EIO = 5;

    VolumePlug {
        if (!isId(volumeId)) {
            throw new IllegalArgumentException("not a volume id: " + volumeId);
        }
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The port with this index, into which a volume can be plugged. */
    static String port(int index) {
        return "port" + index;
    }

    /** The volume's socket, in the guest's folder. */
    String socket() {
        return volumeId + ".sock";
    }

    /** As a guest reads it: at most 20 characters, without the dash, as on EC2. */
    String serial() {
        return volumeId.replace("-", "");
    }

    /** The block node: a client of the volume's server. */
    Map<String, Object> node() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", "nbd");
        node.put("node-name", volumeId);
        Map<String, String> server = new LinkedHashMap<>();
        server.put("type", "unix");
        server.put("path", socket());
        node.put("server", server);
        node.put("reconnect-delay", RECONNECT.toSeconds());
        node.put("discard", "unmap");
        return node;
    }

    /** The disk in a port. */
    Map<String, String> device(String port) {
        Map<String, String> device = new LinkedHashMap<>();
        device.put("driver", "virtio-blk-pci");
        device.put("id", volumeId);
        device.put("drive", volumeId);
        device.put("bus", port);
        device.put("serial", serial());
        device.put("iothread", THREAD);
        return device;
    }

    /** Of the node that takes the place of one that was taken away. */
    String brokenName() {
        return "x" + volumeId;
    }

    /** A block node all of whose requests fail. */
    Map<String, Object> broken(long sizeBytes) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", "blkdebug");
        node.put("node-name", brokenName());
        node.put("image", Map.of("driver", "null-co", "size", sizeBytes));
        node.put("inject-error", List.of(Map.of("event", "none", "errno", EIO, "once", false)));
        return node;
    }

    /** The device's path among QEMU's objects. */
    String path() {
        return DEVICES + "/" + volumeId;
    }
}
