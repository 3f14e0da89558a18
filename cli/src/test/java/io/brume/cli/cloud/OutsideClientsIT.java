package io.brume.cli.cloud;

import static io.brume.cli.cloud.Answer.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A volume served to clients that are no instance: the real programs, {@code brume volume serve} as
 * a user runs it, and the clients of others over the URI that it prints.
 */
@Timeout(240)
class OutsideClientsIT {
    private static final Pattern URI =
            Pattern.compile("nbds://(\\S+):(\\d+)/(vol-\\w+)\\?\\S+=(\\S+)");
    private static final int BYTES = 24 << 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(50)).atMost(SOON);
    }

    private static Command.Result run(String... command) {
        return Command.run(SOON, command);
    }

    /** {@code brume volume serve}, running. */
    private record Served(Process process, Path output) implements AutoCloseable {
        static Served begin(Cloud cloud, String name, String... more) throws IOException {
            var output = cloud.scratch(name + ".out");
            var command = new ArrayList<>(List.of("volume", "serve", "data"));
            command.addAll(List.of(more));
            long began = System.nanoTime();
            var served = new Served(cloud.start(output, command.toArray(String[]::new)), output);
            soon().until(() -> !served.uris().isEmpty() || !served.process.isAlive());
            assertThat(served.uris()).as(Files.readString(output)).isNotEmpty();
            World.measured("brume volume serve -> its URI", began);
            return served;
        }

        List<String> uris() throws IOException {
            return URI.matcher(Files.readString(output)).results().map(m -> m.group()).toList();
        }

        String uri() throws IOException {
            return uris().getLast();
        }

        Path folder() throws IOException {
            return Path.of(part(4));
        }

        /** As QEMU's programs want it. */
        String qemu() throws IOException {
            return "driver=nbd,host=%s,port=%s,export=%s,tls-creds=t"
                    .formatted(part(1), part(2), part(3));
        }

        String credentials() throws IOException {
            return "tls-creds-x509,id=t,endpoint=client,dir=" + folder();
        }

        private String part(int group) throws IOException {
            var matcher = URI.matcher(uri());
            assertThat(matcher.matches()).isTrue();
            return matcher.group(group);
        }

        /** As Ctrl-C does, whose signal does not reach a test that was begun in the background. */
        void interrupt() {
            process.destroy();
            awaitEnd();
        }

        void awaitEnd() {
            soon().until(() -> !process.isAlive());
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aVolumeIsFilledCopiedAndGivenBack() throws Exception {
        Cloud.needs("nbdcopy", Files.isExecutable(Path.of("/usr/bin/nbdcopy")));
        Cloud.needs("qemu-img", Files.isExecutable(Path.of("/usr/bin/qemu-img")));
        try (var cloud = Cloud.simulated()) {
            cloud.begin("up", "--storage-nodes=2").ok();
            var boto = cloud.boto();
            cloud.brume("volume", "create", "data", "--size=1", "--wait").ok();
            String id = boto.ec2("describe_volumes").text("Volumes", 0, "VolumeId");
            Path image = random(cloud.scratch("image"));
            Path kept = cloud.scratch("kept");
            try (var served = Served.begin(cloud, "first")) {
                copies(cloud, served, image);
                nobodyElseGetsIt(cloud, boto, id);
                run("cp", "-a", served.folder().toString(), kept.toString()).ok();
                programsDie(cloud, served, image);
                served.interrupt();
                assertThat(served.folder()).doesNotExist();
                assertThat(run("nbdinfo", served.uri()).worked()).isFalse();
            }
            boto.await("volume_available", 20, "VolumeIds", List.of(id));
            endsElsewhereAndByItself(cloud, boto, id, kept);
            anInstanceHasTheBytes(cloud, boto, id, image);
        }
    }

    private static Path random(Path file) throws IOException {
        long seed = System.nanoTime();
        System.out.printf("seed %d%n", seed);
        byte[] bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        return Files.write(file, bytes);
    }

    private static void copies(Cloud cloud, Served served, Path image) throws Exception {
        assertThat(run("nbdinfo", served.uri()).ok()).contains("with TLS").contains("1G");
        run("nbdcopy", "--flush", image.toString(), served.uri()).ok();
        Path back = cloud.scratch("back");
        run("nbdcopy", served.uri(), back.toString()).ok();
        assertThat(Files.size(back)).isEqualTo(1L << 30);
        assertBegins(back, image);
        Files.delete(back);
        run(
                        "qemu-img",
                        "convert",
                        "--object",
                        served.credentials(),
                        "--image-opts",
                        served.qemu(),
                        "-O",
                        "raw",
                        back.toString())
                .ok();
        assertBegins(back, image);
        Files.delete(back);
        run(
                        "qemu-img",
                        "convert",
                        "-n",
                        "-f",
                        "raw",
                        "--object",
                        served.credentials(),
                        "--target-image-opts",
                        image.toString(),
                        served.qemu())
                .ok();
        assertThat(run("nbdinfo", served.uri().replaceAll("nbds://([^?]*).*", "nbd://$1")).worked())
                .as("without TLS")
                .isFalse();
    }

    private static void assertBegins(Path file, Path with) throws IOException {
        assertThat(Files.mismatch(file, with)).isEqualTo(BYTES);
    }

    private static void nobodyElseGetsIt(Cloud cloud, Boto boto, String id) {
        var volume = boto.ec2("describe_volumes", "VolumeIds", List.of(id)).at("Volumes", 0);
        assertThat(volume.text("State")).isEqualTo("in-use");
        assertThat(volume.items("Attachments")).isEmpty();
        boto.await("volume_in_use", 5, "VolumeIds", List.of(id));
        assertThat(boto.refusal("delete_volume", "VolumeId", id).code()).isEqualTo("VolumeInUse");
        var second = cloud.brume("volume", "serve", "data");
        assertThat(second.worked()).isFalse();
        assertThat(second.output()).contains("VolumeInUse");
        assertThat(cloud.brume("volume", "show", "data").ok())
                .contains("ServingAddress", "127.0.0.1:");
    }

    /** An error for the client at most, and never another byte. */
    private static void programsDie(Cloud cloud, Served served, Path image) throws Exception {
        var reading = reading(cloud, served);
        cloud.kill("control-plane");
        assertThat(reading.waitFor()).as("nobody needs it for that").isZero();
        cloud.awaitReady("control-plane");
        String before = served.uri();
        var writing =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "while nbdcopy \"$1\" \"$2\"; do echo once; done",
                                "again",
                                image.toString(),
                                before)
                        .redirectErrorStream(true)
                        .redirectOutput(cloud.scratch("writing").toFile())
                        .start();
        soon().until(() -> Files.size(cloud.scratch("writing")) > 0);
        cloud.kill("node-agent");
        assertThat(writing.waitFor(30, TimeUnit.SECONDS)).as("it is told").isTrue();
        soon().until(() -> !served.uri().equals(before));
        Path back = cloud.scratch("back");
        run("nbdcopy", served.uri(), back.toString()).ok();
        assertBegins(back, image);
        Files.delete(back);
    }

    private static Process reading(Cloud cloud, Served served) throws IOException {
        return new ProcessBuilder("nbdcopy", served.uri(), "null:")
                .redirectErrorStream(true)
                .redirectOutput(cloud.scratch("reading").toFile())
                .start();
    }

    private static void endsElsewhereAndByItself(Cloud cloud, Boto boto, String id, Path kept)
            throws Exception {
        try (var served = Served.begin(cloud, "second", "--read-only")) {
            var stale = served.uri().replace(served.folder().toString(), kept.toString());
            assertThat(run("nbdinfo", stale).worked()).as("of the serving before").isFalse();
            assertThat(run("nbdinfo", served.uri()).ok()).contains("is_read_only: true");
            cloud.brume("volume", "unserve", "data", "--wait").ok();
            assertThat(run("nbdinfo", served.uri()).worked()).isFalse();
            served.awaitEnd();
            assertThat(served.folder()).doesNotExist();
        }
        try (var served = Served.begin(cloud, "third", "--for=8s")) {
            boto.await("volume_available", 20, "VolumeIds", List.of(id));
            assertThat(run("nbdinfo", served.uri()).worked()).isFalse();
            served.awaitEnd();
        }
    }

    /** Where its guest would find it. */
    private static void anInstanceHasTheBytes(Cloud cloud, Boto boto, String id, Path image)
            throws IOException {
        String instance =
                boto.ec2(
                                "run_instances",
                                "ImageId",
                                boto.pretendedImage(),
                                "InstanceType",
                                "t3.nano",
                                "MinCount",
                                1,
                                "MaxCount",
                                1)
                        .text("Instances", 0, "InstanceId");
        boto.await("instance_running", 60, "InstanceIds", List.of(instance));
        boto.ec2("attach_volume", "VolumeId", id, "InstanceId", instance, "Device", "/dev/sdf");
        soon().until(() ->
                boto.ec2("describe_volumes", "VolumeIds", List.of(id))
                        .items("Volumes", 0, "Attachments")
                        .anyMatch(where("attached", "State")));
        assertThat(cloud.brume("volume", "serve", "data").output()).contains("VolumeInUse");
        Path guests = cloud.scratch("guests");
        String socket = cloud.data.resolve("node-agent/volumes").resolve(id + ".sock").toString();
        run("nbdcopy", "nbd+unix:///?socket=" + socket, guests.toString()).ok();
        assertBegins(guests, image);
        boto.ec2("terminate_instances", "InstanceIds", List.of(instance));
        boto.await("instance_terminated", 60, "InstanceIds", List.of(instance));
    }
}
