package io.brume.common.config;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** All keys of one program. Immutable. */
public final class Settings {
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final String program;
    private final Map<String, Setting<?>> settings = new LinkedHashMap<>();

    public Settings(String program, List<Setting<?>> declared) {
        this.program = requireNonNull(program);
        for (Setting<?> setting : declared) {
            if (settings.put(setting.key(), setting) != null) {
                throw new IllegalArgumentException("declared twice: " + setting.key());
            }
        }
    }

    public String program() {
        return program;
    }

    List<Setting<?>> declared() {
        return List.copyOf(settings.values());
    }

    /**
     * Reads a properties file (UTF-8).
     *
     * @throws ConfigurationException naming every problem at once
     */
    public Configuration read(Path file) throws ConfigurationException {
        var properties = new StrictProperties();
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigurationException(file.toString(), List.of("is larger than 1 MiB"));
            }
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(file.toString(), List.of("cannot be read: " + e), e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.forEach((key, value) -> values.put((String) key, (String) value));
        return check(file.toString(), values, properties.twice);
    }

    /**
     * Checks values that come from elsewhere than a file.
     *
     * @throws ConfigurationException naming every problem at once
     */
    public Configuration parse(Map<String, String> values) throws ConfigurationException {
        return check(program, values, List.of());
    }

    private Configuration check(String source, Map<String, String> values, List<String> twice)
            throws ConfigurationException {
        List<String> problems = new ArrayList<>();
        twice.forEach(key -> problems.add(key + ": is given twice"));
        for (String key : values.keySet()) {
            if (!settings.containsKey(key)) {
                problems.add(key + ": is not a key of " + program + nearest(key));
            }
        }
        Map<String, Object> parsed = new LinkedHashMap<>();
        for (Setting<?> setting : settings.values()) {
            String text = values.getOrDefault(setting.key(), "").strip();
            if (text.isEmpty()) {
                text = setting.standardText().orElse("");
            }
            if (text.isEmpty() && setting.isOptional()) {
                parsed.put(setting.key(), Optional.empty());
            } else if (text.isEmpty() && setting.standardText().isEmpty()) {
                problems.add(setting.key() + ": is missing (" + setting.form() + ")");
            } else {
                try {
                    parsed.put(setting.key(), setting.parse(text));
                } catch (IllegalArgumentException e) {
                    String shown = setting.isSecret() ? "" : ", not '" + text + "'";
                    problems.add(setting.key() + ": " + e.getMessage() + shown);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(source, problems);
        }
        return new Configuration(this, parsed);
    }

    /** The key that was probably meant, if one is near. */
    private String nearest(String key) {
        for (String known : settings.keySet()) {
            if (known.replace(".", "").equalsIgnoreCase(key.replaceAll("[._-]", ""))
                    || known.startsWith(key + ".")
                    || key.startsWith(known + ".")) {
                return "; did you mean " + known + "?";
            }
        }
        return "";
    }

    /** Notices keys that are given twice. */
    private static final class StrictProperties extends Properties {
        @Serial private static final long serialVersionUID = 1;
        private final transient List<String> twice = new ArrayList<>();

        @Override
        public synchronized Object put(Object key, Object value) {
            Object before = super.put(key, value);
            if (before != null) {
                twice.add((String) key);
            }
            return before;
        }
    }
}
