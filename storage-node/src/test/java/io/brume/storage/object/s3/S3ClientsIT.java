package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people point at an S3, each with its usual settings; a script for each. */
@Timeout(180)
final class S3ClientsIT {
    private static final String OLD_AWS = "aws";

    /** Of Debian; pip's comes first on the path. */
    private static final String NEW_AWS = "/usr/bin/aws";

    private static final Path PLUGINS =
            Path.of(
                    Optional.ofNullable(System.getenv("BRUME_TEST_TERRAFORM_PLUGINS"))
                            .orElse("/opt/tf-plugins"));

    @TempDir private static Path directory;
    private static RealDoor door;

    @BeforeAll
    static void open() throws Exception {
        door = RealDoor.open(directory.resolve("door"), 0);
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void awsOfPipWorks() throws Exception {
        run("aws", OLD_AWS);
    }

    @Test
    void awsOfDebianWorks() throws Exception {
        demand(NEW_AWS, "awscli");
        run("aws", NEW_AWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rclone", "s3cmd", "restic", "curl"})
    void works(String client) throws Exception {
        demand(client, client);
        run(client, OLD_AWS);
    }

    @Test
    void aBucketIsAFolder() throws Exception {
        demand("s3fs", "s3fs");
        needs("/dev/fuse", Files.exists(Path.of("/dev/fuse")));
        run("s3fs", OLD_AWS, "unshare", "--mount", "--pid", "--fork", "--kill-child");
    }

    @Test
    void terraformAppliesAndPlansNothingMore() throws Exception {
        needs("terraform", isThere("terraform"));
        needs(
                "the AWS provider in " + PLUGINS,
                Files.isDirectory(PLUGINS.resolve("registry.terraform.io/hashicorp/aws/5.100.0")));
        run("terraform", OLD_AWS);
    }

    /** What {@code ./brume test} installs. */
    private static void demand(String program, String debianPackage) {
        assertThat(isThere(program)).as("apt-get install " + debianPackage).isTrue();
    }

    /** What nobody installs, so that a test that was not run is seen as such. */
    private static void needs(String what, boolean there) {
        if (!there) {
            System.out.println("NOT RUN: this machine lacks " + what);
        }
        assumeTrue(there, "this machine lacks " + what);
    }

    private static boolean isThere(String program) {
        return Stream.of(requireNonNull(System.getenv("PATH")).split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
    }

    private static void run(String client, String aws, String... within) throws Exception {
        var folder = Files.createTempDirectory(directory, client);
        resource(client + ".sh", folder.resolve("script"));
        if (client.equals("terraform")) {
            resource("main.tf", folder.resolve("main.tf"));
        }
        var command = new ArrayList<>(List.of(within));
        command.addAll(List.of("bash", "-eux", "script"));
        var output = folder.resolve("output").toFile();
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("AWS_"));
        environment.putAll(
                Map.of(
                        "AWS",
                        aws,
                        "AWS_ACCESS_KEY_ID",
                        TestDoor.KEY,
                        "AWS_SECRET_ACCESS_KEY",
                        TestDoor.SECRET.reveal(),
                        "AWS_DEFAULT_REGION",
                        TestDoor.REGION,
                        "AWS_ENDPOINT_URL",
                        door.uri().toString(),
                        "AWS_EC2_METADATA_DISABLED",
                        "true",
                        "NO_PROXY",
                        "127.0.0.1",
                        "no_proxy",
                        "127.0.0.1",
                        "PLUGINS",
                        PLUGINS.toString(),
                        "HOME",
                        folder.toString()));
        var process = builder.start();
        boolean ended = process.waitFor(150, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        var said = Files.readString(output.toPath(), UTF_8);
        assertThat(ended).as("ended in time: " + said).isTrue();
        assertThat(process.exitValue()).as(client + ": " + said).isZero();
    }

    private static void resource(String name, Path target) throws IOException {
        try (var in = S3ClientsIT.class.getResourceAsStream("clients/" + name)) {
            Files.write(target, requireNonNull(in, name).readAllBytes());
        }
    }
}
