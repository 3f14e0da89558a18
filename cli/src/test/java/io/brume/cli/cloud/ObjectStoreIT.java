package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The object store of a cloud of three storage nodes: by the one endpoint and straight at the
 * nodes, while one of them is killed and the control plane starts anew.
 */
@Timeout(400)
class ObjectStoreIT {
    private static final int NODES = 3;

    @Test
    void whatWasAcknowledgedIsThereWhicheverProgramDies() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("ObjectStoreIT seed " + seed);
        try (var cloud = Cloud.simulated()) {
            cloud.begin("up", "--storage-nodes=" + NODES).ok();
            awaitWhole(cloud);
            awsWorksAtEveryDoor(cloud);
            peopleMoveFiles(cloud);
            objectsAreEncrypted(cloud);
            aBucketIsAWebSite(cloud);
            var doors = doors(cloud);
            try (var load = new ObjectLoad(cloud.environment(), doors, "it-bucket", seed)) {
                load.start();
                awaitMore(load, 20);
                cloud.kill("storage-node-2");
                awaitMore(load, 40);
                cloud.awaitReady("storage-node-2");
                cloud.brume("restart", "control-plane").ok();
                awaitMore(load, 20);
                // Whoever led the index may be the one that is killed now.
                cloud.kill("storage-node");
                awaitMore(load, 40);
                cloud.awaitReady("storage-node");
                load.endAndCheck();
                System.out.printf("%d puts, %d reads%n", load.puts(), load.reads());
            }
            awaitWhole(cloud);
        }
    }

    private static void awaitMore(ObjectLoad load, int puts) {
        int before = load.puts();
        await().atMost(Duration.ofSeconds(60)).until(() -> load.puts() >= before + puts);
    }

    /** The endpoint, and each node's own. */
    private static List<String> doors(Cloud cloud) {
        var doors = new ArrayList<String>();
        doors.add("http://127.0.0.1:" + cloud.port);
        IntStream.rangeClosed(1, NODES)
                .forEach(node -> doors.add("http://127.0.0.1:" + (cloud.port + 3 + 2 * node)));
        return doors;
    }

    /** Every node is in the index, and has what it is to have. */
    private static void awaitWhole(Cloud cloud) {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    var nodes = cloud.brume("node", "list", "--output=json").ok();
                    assertThat(nodes.split("\"ObjectIndex\": \"leader\"", -1)).hasSize(2);
                    assertThat(nodes.split("\"ObjectIndex\": \"follower\"", -1)).hasSize(NODES);
                    assertThat(nodes.split("\"ObjectGroupsIncomplete\": 0", -1)).hasSize(NODES + 1);
                });
    }

    private static void awsWorksAtEveryDoor(Cloud cloud) throws Exception {
        Path file = cloud.scratch("file");
        var content = new byte[20 << 20];
        new Random(1).nextBytes(content);
        Files.write(file, content);
        cloud.aws("s3", "mb", "s3://it-bucket").ok();
        cloud.aws("s3", "cp", file.toString(), "s3://it-bucket/a dir/file").ok();
        for (var door : doors(cloud)) {
            Path copy = cloud.scratch("copy");
            var environment = new java.util.HashMap<>(cloud.environment());
            environment.put("AWS_ENDPOINT_URL", door);
            Command.run(
                            Map.copyOf(environment),
                            Duration.ofMinutes(1),
                            List.of(
                                    "aws",
                                    "s3",
                                    "cp",
                                    "s3://it-bucket/a dir/file",
                                    copy.toString()))
                    .ok();
            assertThat(Files.mismatch(file, copy)).as(door).isEqualTo(-1);
        }
    }

    private static void peopleMoveFiles(Cloud cloud) throws Exception {
        Path folder = cloud.scratch("folder");
        Files.writeString(Files.createDirectories(folder.resolve("sub")).resolve("a.txt"), "hello");
        cloud.brume("object", "cp", "-r", folder.toString(), "s3://it-bucket/up").ok();
        assertThat(cloud.brume("object", "ls", "-r", "s3://it-bucket/up/").ok())
                .contains("up/sub/a.txt")
                .contains("1 object, 5 B");
        var url = cloud.brume("object", "presign", "s3://it-bucket/up/sub/a.txt").ok().strip();
        assertThat(Command.run(Duration.ofSeconds(20), "curl", "-sS", "--noproxy", "*", url).ok())
                .isEqualTo("hello");
        assertThat(cloud.brume("object", "cp", "s3://no-such-bucket/x", "/dev/null").output())
                .contains("NoSuchBucket");
    }

    /** The storage nodes have the key from the control plane. */
    private static void objectsAreEncrypted(Cloud cloud) throws Exception {
        Path file = cloud.scratch("secret");
        Files.writeString(file, "nobody finds this on a disk");
        cloud.aws("s3", "cp", "--sse", "AES256", file.toString(), "s3://it-bucket/secret").ok();
        assertThat(
                        cloud.aws(
                                        "s3api",
                                        "head-object",
                                        "--bucket=it-bucket",
                                        "--key=secret",
                                        "--query=ServerSideEncryption",
                                        "--output=text")
                                .ok()
                                .strip())
                .isEqualTo("AES256");
        assertThat(cloud.aws("s3", "cp", "s3://it-bucket/secret", "-").ok())
                .isEqualTo("nobody finds this on a disk");
        assertThat(
                        Command.run(
                                        Duration.ofMinutes(1),
                                        "grep",
                                        "-rlF",
                                        "nobody finds this",
                                        cloud.data.toString(),
                                        "--include=*.segment",
                                        "--include=*.new")
                                .output())
                .isEmpty();
    }

    /** Through the endpoint, as a browser asks. */
    private static void aBucketIsAWebSite(Cloud cloud) throws Exception {
        Path page = cloud.scratch("index.html");
        Files.writeString(page, "<h1>it works</h1>");
        cloud.aws("s3", "mb", "s3://it-site").ok();
        cloud.aws("s3", "cp", page.toString(), "s3://it-site/").ok();
        cloud.aws("s3", "website", "s3://it-site", "--index-document=index.html").ok();
        cloud.aws("s3api", "delete-public-access-block", "--bucket=it-site").ok();
        cloud.aws(
                        "s3api",
                        "put-bucket-policy",
                        "--bucket=it-site",
                        "--policy",
                        """
                        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
                          "Action": "s3:GetObject", "Resource": "arn:aws:s3:::it-site/*"}]}
                        """)
                .ok();
        assertThat(
                        Command.run(
                                        Duration.ofSeconds(20),
                                        "curl",
                                        "-sS",
                                        "--noproxy",
                                        "*",
                                        "-H",
                                        "Host: it-site.s3-website.localhost",
                                        "http://127.0.0.1:" + cloud.port + "/")
                                .ok())
                .isEqualTo("<h1>it works</h1>");
    }
}
