package io.brume.node.network.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.node.network.GoldenFile;
import io.brume.node.network.Metadata;
import io.brume.node.network.Metadata.Options;
import io.brume.node.network.Topologies;
import io.brume.node.network.metadata.MetadataApi.Answer;
import io.brume.node.network.metadata.MetadataApi.Described;
import io.brume.node.network.metadata.MetadataApi.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetadataApiTest {
    private static final Options REQUIRED = new Options(true, true, 2, true);

    private long nanos = Long.MAX_VALUE - 5;
    private final Time time =
            new Time() {
                @Override
                public Instant now() {
                    throw new AssertionError("tokens live by the monotonic clock");
                }

                @Override
                public long nanos() {
                    return nanos;
                }
            };
    private final MetadataApi api = new MetadataApi(new MetadataTokens(time, new Random(1)));

    private static Optional<Described> instance(int n, Options options) {
        var metadata = Metadata.of(Topologies.local(n, "198.18.0.11"), options);
        return Optional.of(new Described(metadata, MetadataTree.of(metadata)));
    }

    private Answer call(
            Optional<Described> who, String method, String path, Map<String, String> headers) {
        return api.answer(
                who,
                new Request(
                        method,
                        path,
                        name ->
                                headers.entrySet().stream()
                                        .filter(h -> h.getKey().equalsIgnoreCase(name))
                                        .map(Map.Entry::getValue)
                                        .findFirst()
                                        .orElse(null)));
    }

    private Answer get(Options options, String path) {
        return call(instance(1, options), "GET", path, Map.of());
    }

    private String text(String path) {
        Answer answer = get(Options.DEFAULT, path);
        assertThat(answer.status()).as(path).isEqualTo(200);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private String token(int n, int seconds) {
        Answer answer =
                call(
                        instance(n, REQUIRED),
                        "PUT",
                        "/latest/api/token",
                        Map.of(MetadataApi.TOKEN_LIFE, "" + seconds));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry(MetadataApi.TOKEN_LIFE, "" + seconds);
        return new String(answer.body(), StandardCharsets.US_ASCII);
    }

    private int statusWith(int n, String token) {
        return call(
                        instance(n, REQUIRED),
                        "GET",
                        "/latest/meta-data/instance-id",
                        Map.of(MetadataApi.TOKEN.toLowerCase(Locale.ROOT), token))
                .status();
    }

    @Test
    void theWholeTree() throws Exception {
        var lines = new ArrayList<String>();
        walk("/latest/", lines);
        GoldenFile.check("metadata-tree.txt", String.join("\n", lines) + "\n");
    }

    private void walk(String folder, List<String> lines) {
        for (String entry : text(folder).split("\n", -1)) {
            String name =
                    entry.contains("=") ? entry.substring(0, entry.indexOf('=')) + "/" : entry;
            boolean top = folder.equals("/latest/") && !entry.equals("user-data");
            if (name.endsWith("/") || top) {
                lines.add(folder + entry);
                walk(folder + (top ? name + "/" : name), lines);
            } else {
                lines.add(folder + entry + ": " + text(folder + name).replace("\n", "\\n"));
            }
        }
    }

    @Test
    void listingsWithAndWithoutSlashes() {
        assertThat(text("/")).startsWith("1.0\n2007-01-19\n").endsWith("\nlatest");
        assertThat(text("/latest")).isEqualTo("dynamic\nmeta-data\nuser-data");
        assertThat(text("/2009-04-04/")).isEqualTo(text("/latest"));
        assertThat(text("/1.0/meta-data")).isEqualTo(text("//latest//meta-data/"));
        assertThat(text("/latest/meta-data/public-keys/")).isEqualTo("0=my-key");
        assertThat(text("/latest/meta-data/public-keys/0/")).isEqualTo("openssh-key");
        assertThat(text("/2021-03-23/meta-data/instance-id/")).isEqualTo("i-00000000000000001");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String path :
                List.of(
                        "/1999-01-01/meta-data/",
                        "/latest/meta-data/iam/",
                        "/latest/meta-data/tags/instance/Name",
                        "/latest/meta-data/../user-data",
                        "/latest/api/",
                        "/favicon.ico",
                        "/latest/meta-data/instance-id/x")) {
            assertThat(get(Options.DEFAULT, path).status()).as(path).isEqualTo(404);
        }
        var tagged = get(new Options(true, false, 1, true), "/latest/meta-data/tags/instance/Name");
        assertThat(tagged.body()).asString(StandardCharsets.UTF_8).isEqualTo("first");
    }

    @Test
    void tokensAreBoundToTheirInstanceAndExpire() {
        String token = token(1, 60);
        assertThat(token).hasSize(56);
        assertThat(statusWith(1, token)).isEqualTo(200);
        assertThat(statusWith(2, token)).isEqualTo(401);
        nanos += Duration.ofSeconds(60).toNanos() - 1;
        assertThat(statusWith(1, token)).isEqualTo(200);
        nanos += 1;
        assertThat(statusWith(1, token)).isEqualTo(401);
    }

    @Test
    void everyChangedByteOfATokenIsRefused() {
        String token = token(1, 21600);
        for (int i = 0; i < 53; i++) {
            char changed = token.charAt(i) == 'A' ? 'B' : 'A';
            String forged = token.substring(0, i) + changed + token.substring(i + 1);
            assertThat(statusWith(1, forged)).as(forged).isEqualTo(401);
        }
        for (String forged : List.of("", "x", "====", token + "AAAA", token.substring(4))) {
            assertThat(statusWith(1, forged)).as(forged).isEqualTo(401);
        }
    }

    @Test
    void aBadTokenIsRefusedAlsoWhereNoneIsNeeded() {
        var answer =
                call(
                        instance(1, Options.DEFAULT),
                        "GET",
                        "/latest/meta-data/",
                        Map.of(MetadataApi.TOKEN, "nonsense"));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(get(REQUIRED, "/latest/meta-data/").status()).isEqualTo(401);
        assertThat(get(REQUIRED, "/").status()).isEqualTo(401);
    }

    @Test
    void tokenRequestsOutsideTheRules() {
        for (String life : List.of("0", "21601", "-1", "1.5", "", "abc", "999999", " 60")) {
            assertThat(put(Map.of(MetadataApi.TOKEN_LIFE, life)).status()).as(life).isEqualTo(400);
        }
        assertThat(put(Map.of()).status()).isEqualTo(400);
        var forwarded = Map.of(MetadataApi.TOKEN_LIFE, "60", "X-Forwarded-For", "10.0.0.9");
        assertThat(put(forwarded).status()).isEqualTo(403);
        assertThat(put(Map.of(MetadataApi.TOKEN_LIFE, "21600")).hopLimit()).isEqualTo(2);
        assertThat(get(REQUIRED, "/latest/api/token").status()).isEqualTo(405);
        assertThat(get(REQUIRED, "/latest/api/token").headers())
                .containsEntry("Allow", "OPTIONS, PUT");
        var posted = call(instance(1, REQUIRED), "POST", "/latest/meta-data/", Map.of());
        assertThat(posted.status()).isEqualTo(405);
    }

    private Answer put(Map<String, String> headers) {
        return call(instance(1, REQUIRED), "PUT", "/latest/api/token", headers);
    }

    @Test
    void aDisabledEndpointAndAStrangerLearnNothing() {
        var disabled = new Options(false, false, 1, false);
        assertThat(get(disabled, "/latest/meta-data/").status()).isEqualTo(403);
        assertThat(call(Optional.empty(), "GET", "/latest/", Map.of()).status()).isEqualTo(503);
    }
}
