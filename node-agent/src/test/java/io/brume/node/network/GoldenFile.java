package io.brume.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a pure function is to give, checked in beside the tests. What it gave instead is left in
 * {@code target/golden}, to be looked at and, where it is right, copied over.
 */
public final class GoldenFile {
    private GoldenFile() {}

    public static String text(String name) throws IOException {
        try (InputStream stream = GoldenFile.class.getResourceAsStream("/network/" + name)) {
            return stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public static void check(String name, String actual) throws IOException {
        String expected = text(name);
        if (!expected.equals(actual)) {
            Path directory = Files.createDirectories(Path.of("target/golden"));
            Files.writeString(directory.resolve(name), actual);
        }
        assertThat(actual).as(name).isEqualTo(expected);
    }
}
