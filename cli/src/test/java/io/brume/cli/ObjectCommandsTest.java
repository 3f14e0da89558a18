package io.brume.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands for buckets and objects against a pretended store. */
class ObjectCommandsTest {
    @TempDir private Path home;
    private FakeS3 store;
    private InProcess process;

    @BeforeEach
    void open() throws IOException {
        store = new FakeS3();
        process = new InProcess(store.endpoint(), home, Time.system(), pause -> {});
    }

    @AfterEach
    void close() {
        store.close();
    }

    private int brume(String... arguments) {
        return process.brume(arguments);
    }

    private String out() {
        return process.out();
    }

    private String err() {
        return process.err();
    }

    private Path file(String name, String content) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void bucketsAreMadeListedShownAndDeleted() {
        assertThat(brume("bucket", "list")).isZero();
        assertThat(out()).contains("no buckets");
        assertThat(brume("bucket", "create", "photos")).isZero();
        assertThat(out()).isEqualTo("made s3://photos/\n");
        assertThat(brume("bucket", "list")).isZero();
        assertThat(out()).contains("photos  2026-11-30T12:00:00.000Z");
        requireNonNull(store.buckets.get("photos")).put("a", new byte[2048]);
        assertThat(brume("bucket", "show", "--count", "s3://photos")).isZero();
        assertThat(out()).contains("Versioning", "Enabled").contains("2.00 KiB");
        assertThat(brume("bucket", "delete", "photos")).isEqualTo(254);
        assertThat(err()).contains("BucketNotEmpty").contains("--force");
        assertThat(brume("bucket", "delete", "--force", "photos")).isZero();
        assertThat(store.buckets).isEmpty();
    }

    @Test
    void aFileGoesUpAndComesDown() throws IOException {
        store.buckets.put("b", new TreeMap<>());
        var cat = file("cat +&.txt", "meow");
        assertThat(brume("object", "cp", cat.toString(), "s3://b/pets/")).isZero();
        assertThat(store.buckets.get("b")).containsOnlyKeys("pets/cat +&.txt");
        var down = home.resolve("down/here.txt");
        assertThat(brume("object", "cp", "s3://b/pets/cat +&.txt", down.toString())).isZero();
        assertThat(down).hasContent("meow");
        assertThat(home.resolve("down").toFile().list()).containsExactly("here.txt");
        assertThat(brume("object", "cp", "s3://b/pets/cat +&.txt", "s3://b/copy")).isZero();
        assertThat(store.buckets.get("b").get("copy")).asString(UTF_8).isEqualTo("meow");
    }

    @Test
    void aFolderGoesUpIsListedAndDeleted() throws IOException {
        store.buckets.put("b", new TreeMap<>());
        for (var name : new String[] {"1", "2", "3", "sub/4", "sub/5"}) {
            file("folder/" + name, "x".repeat(Integer.parseInt(name.replace("sub/", ""))));
        }
        assertThat(brume("object", "cp", "-r", home.resolve("folder").toString(), "s3://b/all"))
                .isZero();
        assertThat(out()).contains("5 files");
        assertThat(brume("object", "ls", "s3://b/all/")).isZero();
        assertThat(out()).contains("all/sub/").contains("3 B  all/3").contains("3 objects, 6 B");
        assertThat(brume("object", "ls", "-r", "s3://b", "--output", "json")).isZero();
        assertThat(out()).contains("all/sub/5").contains("\"Size\": 5");
        var down = home.resolve("copy");
        assertThat(brume("object", "cp", "-r", "s3://b/all/", down.toString())).isZero();
        assertThat(down.resolve("sub/5")).hasContent("xxxxx");
        assertThat(brume("object", "rm", "-r", "s3://b/all/s")).isZero();
        assertThat(out()).contains("deleted 2 objects");
        assertThat(store.buckets.get("b")).containsOnlyKeys("all/1", "all/2", "all/3");
        assertThat(brume("object", "rm", "s3://b/all/1", "s3://b/all/2")).isZero();
        assertThat(store.buckets.get("b")).containsOnlyKeys("all/3");
    }

    @Test
    void aLargeFileGoesInPartsWithABar() throws IOException {
        store.buckets.put("b", new TreeMap<>());
        var content = new byte[(64 << 20) + 12345];
        new Random(1).nextBytes(content);
        var file = Files.write(home.resolve("large"), content);
        process.live = true;
        assertThat(brume("object", "cp", file.toString(), "s3://b/large")).isZero();
        assertThat(store.buckets.get("b").get("large")).isEqualTo(content);
        assertThat(store.requests.stream().filter(each -> each.contains("partNumber="))).hasSize(5);
        assertThat(err()).contains("% ").contains("of 64.0 MiB").endsWith("\u001b[K");
    }

    @Test
    void whoIsToSlowDownTriesAgain() throws IOException {
        store.buckets.put("b", new TreeMap<>());
        store.slow = 2;
        assertThat(brume("object", "cp", file("a", "x").toString(), "s3://b/a")).isZero();
        assertThat(store.requests).hasSize(3);
    }

    @Test
    void aKeyDoesNotLeadOutOfTheFolder() {
        store.buckets.put("b", new TreeMap<>(Map.of("../../evil", new byte[1])));
        assertThat(brume("object", "cp", "-r", "s3://b", home.resolve("in").toString()))
                .isEqualTo(255);
        assertThat(err()).contains("outside");
        assertThat(home.resolve("evil")).doesNotExist();
    }

    @Test
    void aUrlIsMadeWithoutAskingAnybody() {
        assertThat(brume("object", "presign", "--expires", "15m", "s3://b/a b")).isZero();
        assertThat(out())
                .startsWith(store.endpoint() + "/b/a%20b?")
                .contains("X-Amz-Expires=900")
                .contains("X-Amz-Signature=");
        assertThat(store.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "object ls s3://none/          | 254 | NoSuchBucket",
                "object cp nothere s3://b/     | 252 | there is no file nothere",
                "object cp a b                 | 252 | neither a nor b",
                "object cp s3://none/k x       | 254 | NoSuchBucket",
                "object rm s3://b              | 252 | names no object",
                "object presign --expires 8d s3://b/k | 252 | not a time of 1s to 7d",
                "object presign --method trace s3://b/k | 252 | is not get, put, head or delete",
                "object ls s3://               | 252 | names no bucket",
                "bucket show none              | 252 | you have no bucket none"
            })
    void saysWhatIsWrong(String call, int status, String message) {
        assertThat(brume(call.split(" ", -1))).isEqualTo(status);
        assertThat(err()).contains(message).contains("what to do");
    }
}
