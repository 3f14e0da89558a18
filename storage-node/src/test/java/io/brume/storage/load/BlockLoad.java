package io.brume.storage.load;

import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.proto.block.v1.OpenReplica;
import io.brume.proto.block.v1.ReplicaOpened;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Measures a block server over its Unix socket: {@code BlockLoad SOCKET VOLUME EPOCH SERVER-PID
 * SECONDS [JOB...]}. Prints operations and MiB a second, the latency's median and 99th percentile,
 * and what the server's process used of the CPU for each operation. Start one with {@link
 * LoadServer}.
 */
public final class BlockLoad {
    private static final long RANGE = 512L << 20;

    /** What one job does. */
    private record Job(
            String name, Operation operation, int length, int depth, boolean flush, int flags) {}

    private static final List<Job> JOBS =
            List.of(
                    new Job("fill", Operation.WRITE, Blocks.MOST_DATA, 8, false, 0),
                    new Job("read-4k-1", Operation.READ, 4096, 1, false, 0),
                    new Job("read-4k-32", Operation.READ, 4096, 32, false, 0),
                    new Job("write-4k-1", Operation.WRITE, 4096, 1, false, 0),
                    new Job("write-4k-32", Operation.WRITE, 4096, 32, false, 0),
                    new Job("write-flush-4k-1", Operation.WRITE, 4096, 1, true, 0),
                    new Job("write-fua-4k-1", Operation.WRITE, 4096, 1, false, RequestHeader.FUA),
                    new Job("write-fua-4k-32", Operation.WRITE, 4096, 32, false, RequestHeader.FUA),
                    new Job("read-1m-1", Operation.READ, Blocks.MOST_DATA, 1, false, 0),
                    new Job("read-1m-32", Operation.READ, Blocks.MOST_DATA, 32, false, 0),
                    new Job("write-1m-1", Operation.WRITE, Blocks.MOST_DATA, 1, false, 0),
                    new Job("write-1m-32", Operation.WRITE, Blocks.MOST_DATA, 32, false, 0));

    private final SocketChannel channel;
    private final Random random = new Random(1);
    private final ByteBuffer out = ByteBuffer.allocateDirect(RequestHeader.SIZE * 64);
    private final ByteBuffer in = ByteBuffer.allocateDirect(2 << 20).flip();
    private final ByteBuffer payload = ByteBuffer.allocateDirect(Blocks.MOST_PAYLOAD);
    private final long[] sent = new long[64];
    private long sequence;

    private BlockLoad(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    public static void main(String[] arguments) throws Exception {
        var load = new BlockLoad(Path.of(arguments[0]));
        load.open(arguments[1], Long.parseLong(arguments[2]));
        long server = Long.parseLong(arguments[3]);
        long seconds = Long.parseLong(arguments[4]);
        List<String> wanted = Arrays.asList(arguments).subList(5, arguments.length);
        for (Job job : JOBS) {
            if (wanted.isEmpty() || wanted.contains(job.name())) {
                load.run(job, Duration.ofSeconds(1), server, false);
                load.run(job, Duration.ofSeconds(seconds), server, true);
            }
        }
    }

    private void open(String volume, long epoch) throws IOException {
        byte[] opening =
                OpenReplica.newBuilder().setVolumeId(volume).setEpoch(epoch).build().toByteArray();
        RequestHeader.write(out, Operation.OPEN, 0, 1, 0, 0, 0, opening.length);
        send(out.put(opening));
        AnswerHeader answer = answer();
        if (answer.status() != BlockStatus.OK) {
            throw new IOException("the replica cannot be opened: " + answer.status());
        }
        byte[] opened = new byte[answer.payload()];
        in.get(opened);
        sequence = ReplicaOpened.parseFrom(opened).getLastSequence();
    }

    private void send(ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    private AnswerHeader answer() throws IOException {
        need(AnswerHeader.SIZE);
        AnswerHeader header = AnswerHeader.read(in);
        need(header.payload());
        return header;
    }

    private void need(int bytes) throws IOException {
        if (in.remaining() < bytes) {
            in.compact();
            while (in.position() < bytes) {
                if (channel.read(in) < 0) {
                    throw new IOException("the server has closed the connection");
                }
            }
            in.flip();
        }
    }

    private void prepare(Job job) {
        payload.clear();
        int blocks = job.length() / Blocks.BLOCK;
        byte[] data = new byte[job.length()];
        random.nextBytes(data);
        var from = ByteBuffer.wrap(data);
        for (int i = 0; i < blocks; i++) {
            payload.putLong(Blocks.sum(from));
        }
        payload.put(data).flip();
    }

    private void request(Job job, int slot) throws IOException {
        long offset = random.nextInt((int) (RANGE / job.length())) * (long) job.length();
        boolean write = job.operation() == Operation.WRITE;
        sent[slot] = System.nanoTime();
        RequestHeader.write(
                out,
                job.operation(),
                job.flags(),
                slot,
                write ? ++sequence : 0,
                offset,
                job.length(),
                write ? payload.limit() : 0);
        if (write) {
            out.flip();
            var frame = new ByteBuffer[] {out, payload.duplicate()};
            while (frame[1].hasRemaining()) {
                channel.write(frame);
            }
            out.clear();
        }
    }

    private void run(Job job, Duration time, long server, boolean print) throws Exception {
        prepare(job);
        var latencies = new ArrayList<Integer>(1 << 20);
        long cpu = cpuMillis(server);
        long own = cpuMillis(ProcessHandle.current().pid());
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        int outstanding = 0;
        for (int slot = 0; slot < job.depth(); slot++) {
            request(job, slot);
            outstanding++;
        }
        long done = 0;
        while (outstanding > 0) {
            if (out.position() > 0) {
                send(out);
            }
            do {
                AnswerHeader answer = answer();
                if (answer.status() != BlockStatus.OK) {
                    throw new IOException(job.name() + ": " + answer.status());
                }
                in.position(in.position() + answer.payload());
                int slot = (int) answer.tag();
                if (job.flush() && slot < 32) {
                    RequestHeader.write(out, Operation.FLUSH, 0, slot + 32, 0, 0, 0, 0);
                    continue;
                }
                slot %= 32;
                long now = System.nanoTime();
                latencies.add((int) Math.min(Integer.MAX_VALUE, now - sent[slot]));
                done++;
                if (now < end) {
                    request(job, slot);
                } else {
                    outstanding--;
                }
            } while (outstanding > 0 && in.remaining() >= AnswerHeader.SIZE);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        cpu = cpuMillis(server) - cpu;
        own = cpuMillis(ProcessHandle.current().pid()) - own;
        if (print) {
            latencies.sort(null);
            System.out.printf(
                    "%-18s %9.0f ops/s %8.0f MiB/s  p50 %6.0f us  p99 %6.0f us  server CPU %6.1f"
                            + " us/op  client CPU %6.1f us/op%n",
                    job.name(),
                    done / seconds,
                    done / seconds * job.length() / (1 << 20),
                    latencies.get(latencies.size() / 2) / 1e3,
                    latencies.get((int) (latencies.size() * 0.99)) / 1e3,
                    cpu * 1e3 / done,
                    own * 1e3 / done);
        }
    }

    /** User and system time of a process, in steps of the kernel's 10 ms. */
    private static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
    }
}
