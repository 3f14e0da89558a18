package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Real clients with their usual settings against one server: AWS's CLI, boto3, the Java SDK. */
final class S3DoorIT {
    private static final long SEED = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private static Path directory;
    private static TestDoor door;

    @BeforeAll
    static void open() throws IOException {
        door = TestDoor.open(directory);
    }

    @AfterAll
    static void close() throws IOException {
        door.close();
    }

    private static String run(List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("AWS_ACCESS_KEY_ID", TestDoor.KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", TestDoor.SECRET.reveal());
        environment.put("AWS_DEFAULT_REGION", TestDoor.REGION);
        environment.put("AWS_ENDPOINT_URL", door.uri().toString());
        environment.put("AWS_CONFIG_FILE", directory.resolve("config").toString());
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + ": " + output).isZero();
        return output;
    }

    private static String aws(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    @Test
    void worksWithAwssCommandLine() throws Exception {
        var large = directory.resolve("large");
        var bytes = new byte[20 << 20];
        new Random(SEED).nextBytes(bytes);
        Files.write(large, bytes);
        aws("s3", "mb", "s3://cli");
        aws("s3", "cp", large.toString(), "s3://cli/some folder/large+file");
        var back = directory.resolve("back");
        aws("s3", "cp", "s3://cli/some folder/large+file", back.toString());
        assertThat(Files.mismatch(large, back)).as("seed " + SEED).isEqualTo(-1);
        assertThat(aws("s3", "ls", "s3://cli/some folder/")).contains("20971520 large+file");
        aws("s3", "cp", "s3://cli/some folder/large+file", "s3://cli/copied");
        var copied = aws("s3api", "head-object", "--bucket", "cli", "--key", "copied");
        assertThat(copied).contains("\"ContentLength\": 20971520");
        aws("s3", "rm", "--recursive", "s3://cli");
        aws("s3", "rb", "s3://cli");
    }

    @Test
    void worksWithBoto() throws Exception {
        door.index()
                .createBucket(
                        new BucketName("versions"),
                        TestDoor.OWNER,
                        TestDoor.REGION,
                        false,
                        Map.of());
        door.index()
                .configure(
                        new BucketName("versions"),
                        BucketSetting.VERSIONING,
                        Optional.of(
                                "<VersioningConfiguration><Status>Enabled</Status>"
                                        + "</VersioningConfiguration>"));
        var script = directory.resolve("door.py");
        try (var in = S3DoorIT.class.getResourceAsStream("door.py")) {
            Files.write(script, requireNonNull(in).readAllBytes());
        }
        assertThat(run(List.of("python3", script.toString()))).contains("all is well");
    }

    private static S3Client client(boolean chunked) {
        return S3Client.builder()
                .endpointOverride(door.uri())
                .region(Region.of(TestDoor.REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(TestDoor.KEY, TestDoor.SECRET.reveal())))
                .forcePathStyle(true)
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(chunked).build())
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @Test
    void worksWithTheJavaSdk() {
        for (boolean chunked : new boolean[] {true, false}) {
            try (var s3 = client(chunked)) {
                var bucket = "java-" + chunked;
                s3.createBucket(b -> b.bucket(bucket));
                var body = new byte[300_000];
                new Random(SEED).nextBytes(body);
                for (var algorithm :
                        List.of(
                                ChecksumAlgorithm.CRC32,
                                ChecksumAlgorithm.CRC32_C,
                                ChecksumAlgorithm.SHA1,
                                ChecksumAlgorithm.SHA256)) {
                    s3.putObject(
                            b -> b.bucket(bucket).key("k").checksumAlgorithm(algorithm),
                            RequestBody.fromBytes(body));
                    var got =
                            s3.getObjectAsBytes(b ->
                                    b.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
                    assertThat(got.asByteArray()).isEqualTo(body);
                }
                s3.putObject(
                        b -> b.bucket(bucket).key("stream"),
                        RequestBody.fromInputStream(new ByteArrayInputStream(body), body.length));
                assertThat(s3.headObject(b -> b.bucket(bucket).key("stream")).contentLength())
                        .isEqualTo(body.length);
                assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("none")))
                        .isInstanceOf(NoSuchKeyException.class);
                assertThat(s3.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(1)).contents())
                        .extracting(object -> object.key())
                        .containsExactly("k", "stream");
            }
        }
    }

    @Test
    void joinsPartsWithTheJavaSdk() {
        try (var s3 = client(true)) {
            s3.createBucket(b -> b.bucket("parts"));
            var upload =
                    s3.createMultipartUpload(b ->
                            b.bucket("parts")
                                    .key("k")
                                    .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                                    .checksumType(ChecksumType.FULL_OBJECT));
            var first = new byte[5 << 20];
            var second = new byte[1000];
            new Random(SEED).nextBytes(first);
            new Random(SEED + 1).nextBytes(second);
            var completed = new ArrayList<CompletedPart>();
            for (int number : new int[] {2, 1}) {
                var part =
                        s3.uploadPart(
                                b ->
                                        b.bucket("parts")
                                                .key("k")
                                                .uploadId(upload.uploadId())
                                                .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                                                .partNumber(number),
                                RequestBody.fromBytes(number == 1 ? first : second));
                completed.addFirst(
                        CompletedPart.builder()
                                .partNumber(number)
                                .eTag(part.eTag())
                                .checksumCRC32(part.checksumCRC32())
                                .build());
            }
            assertThatThrownBy(() ->
                            s3.completeMultipartUpload(b ->
                                    b.bucket("parts")
                                            .key("k")
                                            .uploadId(upload.uploadId())
                                            .multipartUpload(m -> m.parts(completed.reversed()))))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            e ->
                                    assertThat(e.awsErrorDetails().errorCode())
                                            .isEqualTo("InvalidPartOrder"));
            var whole = new CRC32();
            whole.update(first);
            whole.update(second);
            for (int again = 0; again < 2; again++) {
                var done =
                        s3.completeMultipartUpload(b ->
                                b.bucket("parts")
                                        .key("k")
                                        .uploadId(upload.uploadId())
                                        .multipartUpload(m -> m.parts(completed)));
                assertThat(done.eTag()).endsWith("-2\"");
                assertThat(Base64.getDecoder().decode(done.checksumCRC32()))
                        .isEqualTo(ByteBuffer.allocate(4).putInt((int) whole.getValue()).array());
            }
            var part = s3.getObjectAsBytes(b -> b.bucket("parts").key("k").partNumber(2));
            assertThat(part.asByteArray()).isEqualTo(second);
            assertThat(part.response().partsCount()).isEqualTo(2);
            var attributes =
                    s3.getObjectAttributes(b ->
                            b.bucket("parts")
                                    .key("k")
                                    .objectAttributesWithStrings(
                                            "ObjectParts", "Checksum", "ObjectSize", "ETag"));
            assertThat(attributes.objectParts().parts()).hasSize(2);
            assertThat(attributes.objectSize()).isEqualTo(first.length + second.length);
        }
    }
}
