package io.brume.cli.faults;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.cli.cloud.Command;
import io.brume.cli.faults.NumberedBlock.WrongBytesException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/**
 * The life of a chain of snapshots in a whole cloud: a volume changes and is cut, again and again;
 * then the snapshots are deleted in random order. After each deletion a volume is made of one that
 * remains, and is to the byte what was cut, also when that snapshot is the next to go. In the end
 * the storage nodes keep nothing of it.
 */
final class SnapshotChain {
    /** Two dozen chunks, so that snapshots share most of them. */
    private static final int BLOCKS = 3072;

    private static final int CHANGES = 12;
    private static final int MOST_BLOCKS = 40;
    private static final int STEP = 256;

    private final CloudVolume cloud;
    private final Random random;
    private final String when;
    private final long[] now = new long[BLOCKS];
    private final Map<String, long[]> snapshots = new LinkedHashMap<>();
    private final BlockingQueue<String> devices =
            new LinkedBlockingQueue<>(List.of("/dev/sdh", "/dev/sdi", "/dev/sdj"));
    private long number;

    SnapshotChain(CloudVolume cloud, Random random, String when) {
        this.cloud = cloud;
        this.random = random;
        this.when = when;
    }

    void live(int length) throws Exception {
        long began = System.nanoTime();
        Set<String> before = chunks();
        String volume = cloud.create("Size", 1);
        cloud.attach(volume, "/dev/sdg");
        try (var connection =
                NbdConnection.patiently(cloud.socket(volume), volume, Load.PATIENCE)) {
            for (int i = 0; i < length; i++) {
                change(connection);
                snapshots.put(cut(volume), now.clone());
            }
        }
        assertThat(chunks().size()).isGreaterThan(before.size());
        System.out.printf(
                "measured: %d snapshots of a changing volume: %d ms%n",
                length, Duration.ofNanos(System.nanoTime() - began).toMillis());
        deleteAll();
        cloud.delete(volume);
        CloudVolume.within(60, "only what was there before is left, " + when)
                .untilAsserted(() -> assertThat(chunks()).isEqualTo(before));
        System.out.printf(
                "measured: the same, deleted in random order, a volume compared after each: %d s%n",
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
    }

    private void change(NbdConnection connection) throws Exception {
        for (int i = 0; i < CHANGES; i++) {
            int count = 1 + random.nextInt(MOST_BLOCKS);
            int first = random.nextInt(BLOCKS - count);
            boolean zeros = random.nextInt(6) == 0;
            long content = zeros ? NumberedBlock.ZEROS : ++number;
            ByteBuffer data = ByteBuffer.allocate(zeros ? 0 : count * NumberedBlock.BYTES);
            for (int block = first; block < first + count; block++) {
                if (!zeros) {
                    NumberedBlock.put(data, content, (long) block * NumberedBlock.BYTES);
                }
                now[block] = content;
            }
            var reply =
                    connection.ask(
                            zeros ? NbdConnection.WRITE_ZEROES : NbdConnection.WRITE,
                            0,
                            (long) first * NumberedBlock.BYTES,
                            count * NumberedBlock.BYTES,
                            data.array(),
                            Load.PATIENCE);
            assertThat(reply.error()).as(when).isZero();
        }
    }

    /** Makes a snapshot, and waits until it is whole. */
    private String cut(String volume) {
        String id = cloud.boto.ec2("create_snapshot", "VolumeId", volume).text("SnapshotId");
        CloudVolume.within(60, id + " is whole")
                .until(() ->
                        cloud.boto
                                .ec2("describe_snapshots", "SnapshotIds", List.of(id))
                                .text("Snapshots", 0, "State")
                                .equals("completed"));
        return id;
    }

    private void deleteAll() throws InterruptedException, ExecutionException {
        var order = new ArrayList<>(snapshots.keySet());
        Collections.shuffle(order, random);
        var comparisons = new ArrayList<FutureTask<?>>();
        for (String id : order) {
            cloud.boto.ec2("delete_snapshot", "SnapshotId", id);
            snapshots.remove(id);
            if (snapshots.isEmpty()) {
                break;
            }
            List<String> left = List.copyOf(snapshots.keySet());
            String other = left.get(random.nextInt(left.size()));
            long[] content = requireNonNull(snapshots.get(other));
            // As many volumes are compared at the same time as there are names for devices.
            String device = devices.take();
            String copy = cloud.create("SnapshotId", other);
            var comparison =
                    new FutureTask<>(() -> {
                        try {
                            compare(copy, device, other, content);
                        } finally {
                            devices.add(device);
                        }
                        return copy;
                    });
            comparisons.add(comparison);
            Thread.ofVirtual().name("comparison of " + other).start(comparison);
        }
        for (FutureTask<?> each : comparisons) {
            each.get();
        }
    }

    private void compare(String copy, String device, String snapshot, long[] content)
            throws Exception {
        cloud.attach(copy, device);
        try (var connection = NbdConnection.patiently(cloud.socket(copy), copy, Load.PATIENCE)) {
            for (int first = 0; first < BLOCKS; first += STEP) {
                var reply =
                        connection.read(
                                (long) first * NumberedBlock.BYTES,
                                STEP * NumberedBlock.BYTES,
                                Load.PATIENCE);
                assertThat(reply.error()).as("%s, %s", snapshot, when).isZero();
                isAs(ByteBuffer.wrap(reply.data()), first, content, snapshot);
            }
        }
        cloud.delete(copy);
    }

    private void isAs(ByteBuffer data, int first, long[] content, String snapshot)
            throws WrongBytesException {
        for (int block = first; block < first + STEP; block++) {
            assertThat(NumberedBlock.take(data, (long) block * NumberedBlock.BYTES))
                    .as("block %d of %s, %s", block, snapshot, when)
                    .isEqualTo(content[block]);
        }
    }

    /** What the storage nodes keep of snapshots. */
    private Set<String> chunks() {
        String data = cloud.cloud.data.toString();
        return Command.run(Load.PATIENCE, "find", data, "-name", "*.chunk")
                .output()
                .lines()
                .filter(line -> line.startsWith(data) && line.contains("/blocks/chunks/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
