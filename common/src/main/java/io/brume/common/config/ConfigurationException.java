package io.brume.common.config;

import java.io.Serial;
import java.util.List;

/** A configuration that cannot be used; the message names every problem, one per line. */
public final class ConfigurationException extends Exception {
    @Serial private static final long serialVersionUID = 1;
    private final transient List<String> problems;

    ConfigurationException(String source, List<String> problems) {
        super(message(source, problems));
        this.problems = List.copyOf(problems);
    }

    ConfigurationException(String source, List<String> problems, Throwable cause) {
        super(message(source, problems), cause);
        this.problems = List.copyOf(problems);
    }

    private static String message(String source, List<String> problems) {
        return source + ":\n  " + String.join("\n  ", problems);
    }

    /** Each starts with the key it is about. */
    public List<String> problems() {
        return problems;
    }
}
