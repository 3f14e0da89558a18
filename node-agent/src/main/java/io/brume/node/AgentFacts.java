package io.brume.node;

import com.sun.management.OperatingSystemMXBean;
import io.brume.node.instance.Acceleration;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this host is and how it fares, as the agent tells it. Thread-safe. */
final class AgentFacts {
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

    private final String hostName;
    private final String zone;
    private final Path data;
    private final Acceleration acceleration;
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * @param data the folder whose file system holds the disks
     */
    AgentFacts(String hostName, String zone, Path data, Acceleration acceleration) {
        this.hostName = hostName;
        this.zone = zone;
        this.data = data;
        this.acceleration = acceleration;
    }

    NodeFacts facts() {
        try {
            FileStore disk = Files.getFileStore(data);
            return NodeFacts.newBuilder()
                    .setHostName(hostName)
                    .setZone(zone)
                    .setArchitecture(architecture())
                    .setCpus(system.getAvailableProcessors())
                    .setMemoryMib(system.getTotalMemorySize() >> 20)
                    .setDiskTotalBytes(disk.getTotalSpace())
                    .setDiskFreeBytes(disk.getUsableSpace())
                    .setAcceleration(acceleration.kind())
                    .setAccelerationReason(acceleration.reason())
                    .setHypervisorVersion(acceleration.version())
                    .setKernelVersion(system.getVersion())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** EC2's name for this machine's processor architecture. */
    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
    }

    NodeObservation vitals() {
        try {
            return NodeObservation.newBuilder()
                    .setMemoryFreeMib(availableMib())
                    .setDiskFreeBytes(Files.getFileStore(data).getUsableSpace())
                    .setLoad(Math.max(0, system.getSystemLoadAverage()))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What could be used without swapping; the kernel's estimate where there is one. */
    private long availableMib() throws IOException {
        Path meminfo = Path.of("/proc/meminfo");
        if (Files.isReadable(meminfo)) {
            Matcher matcher = AVAILABLE.matcher(Files.readString(meminfo));
            if (matcher.find()) {
                return Long.parseLong(matcher.group(1)) >> 10;
            }
        }
        return system.getFreeMemorySize() >> 20;
    }
}
