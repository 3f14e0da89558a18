package io.brume.common.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A checked-in list of accepted differences: a name, a tab, and the reason, one a line. */
final class Differences {
    private Differences() {}

    static Map<String, String> load(String resource) {
        try (var in = Differences.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            var found = new TreeMap<String, String>();
            for (var line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    var parts = line.split("\t", 2);
                    if (parts.length < 2 || parts[1].isBlank()) {
                        throw new IllegalStateException("no reason for: " + line);
                    }
                    found.put(parts[0], parts[1]);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
