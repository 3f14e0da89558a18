package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

/** AWS's SDKs with their usual settings against one server: boto3, the Java SDK. */
final class S3DoorIT {
    private static final long SEED = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

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

    private static String run(List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("AWS_ACCESS_KEY_ID", TestDoor.KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", TestDoor.SECRET.reveal());
        environment.put("OTHER_KEY", TestDoor.OTHER_KEY);
        environment.put("OTHER_SECRET", TestDoor.OTHER_SECRET.reveal());
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

    @ParameterizedTest
    @ValueSource(strings = {"door.py", "configured.py", "kms.py"})
    void worksWithBoto(String name) throws Exception {
        var script = directory.resolve(name);
        try (var in = S3DoorIT.class.getResourceAsStream(name)) {
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
