package io.brume.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of the aws command: sections of keys. Indented lines (nested settings) are passed over,
 * since none of them is needed here.
 */
final class IniFile {
    private static final long MAX_BYTES = 1 << 20;

    private final Map<String, Map<String, String>> sections = new HashMap<>();

    private IniFile(List<String> lines) {
        Map<String, String> section = sections.computeIfAbsent("", ignored -> new HashMap<>());
        for (String line : lines) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
                continue;
            }
            if (text.startsWith("[")) {
                int end = text.indexOf(']');
                String name = text.substring(1, end < 0 ? text.length() : end).strip();
                section = sections.computeIfAbsent(name, ignored -> new HashMap<>());
            } else if (!Character.isWhitespace(line.charAt(0)) && text.contains("=")) {
                int equals = text.indexOf('=');
                section.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
            }
        }
    }

    static IniFile parse(List<String> lines) {
        return new IniFile(lines);
    }

    /** The file's contents; empty when it is absent or may not be read. */
    static IniFile read(Path file) {
        try {
            if (!Files.isReadable(file) || Files.size(file) > MAX_BYTES) {
                return new IniFile(List.of());
            }
            return new IniFile(Files.readAllLines(file));
        } catch (IOException e) {
            throw new CliException(
                    "cannot read " + file + ": " + e.getMessage(),
                    "check the file",
                    CliException.CONFIGURATION,
                    e);
        }
    }

    boolean has(String section) {
        return sections.containsKey(section);
    }

    Optional<String> value(String section, String key) {
        return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(key))
                .filter(value -> !value.isEmpty());
    }
}
