package io.brume.common.config;

import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** The checked values of a program's settings. Immutable; prints itself without its secrets. */
public final class Configuration {
    private final Settings settings;
    private final Map<String, Object> values;

    Configuration(Settings settings, Map<String, Object> values) {
        this.settings = settings;
        this.values = Map.copyOf(values);
    }

    /**
     * The value of a setting.
     *
     * @throws IllegalArgumentException when the program did not declare it
     */
    @SuppressWarnings("unchecked") // Settings.check put there what this setting's parser returned.
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting.key());
        if (value == null) {
            throw new IllegalArgumentException("not declared: " + setting.key());
        }
        return (T) value;
    }

    @Override
    public String toString() {
        var text = new StringJoiner(", ", settings.program() + "[", "]");
        for (Setting<?> setting : settings.declared()) {
            Object value = values.get(setting.key());
            if (value instanceof Optional<?> optional) {
                value = optional.isPresent() ? optional.get() : "";
            }
            text.add(setting.key() + "=" + (setting.isSecret() ? "***" : value));
        }
        return text.toString();
    }
}
