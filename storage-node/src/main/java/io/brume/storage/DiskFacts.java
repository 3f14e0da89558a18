package io.brume.storage;

import com.sun.management.OperatingSystemMXBean;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.ObjectServerFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** What there is to store on, and how much of it is free. Thread-safe. */
final class DiskFacts {
    private final String hostName;
    private final String zone;
    private final Path data;
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    DiskFacts(String hostName, String zone, Path data) {
        this.hostName = hostName;
        this.zone = zone;
        this.data = data;
    }

    private FileStore disk() {
        try {
            return Files.getFileStore(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long totalBytes() {
        try {
            return disk().getTotalSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long freeBytes() {
        try {
            return disk().getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param blocks where its replicas are reached
     * @param objects where its part of the object store is
     */
    NodeFacts facts(BlockServerFacts blocks, ObjectServerFacts objects) {
        var facts =
                NodeFacts.newBuilder()
                        .setHostName(hostName)
                        .setZone(zone)
                        .setArchitecture(
                                System.getProperty("os.arch").equals("aarch64")
                                        ? "arm64"
                                        : "x86_64")
                        .setCpus(system.getAvailableProcessors())
                        .setMemoryMib(system.getTotalMemorySize() >> 20)
                        .setDiskTotalBytes(totalBytes())
                        .setDiskFreeBytes(freeBytes())
                        .setKernelVersion(system.getVersion())
                        .setBlockServer(blocks);
        if (!objects.getPeerAddress().isEmpty()) {
            facts.setObjectServer(objects);
        }
        return facts.build();
    }

    NodeObservation vitals() {
        return NodeObservation.newBuilder()
                .setMemoryFreeMib(system.getFreeMemorySize() >> 20)
                .setDiskFreeBytes(freeBytes())
                .setLoad(Math.max(0, system.getSystemLoadAverage()))
                .build();
    }
}
