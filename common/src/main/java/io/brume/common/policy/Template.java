package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A text of a policy with its wildcards and variables ({@code ${aws:username}}, {@code ${key,
 * 'otherwise'}}, {@code ${*}}). The value of a variable is taken literally: a star in a user's name
 * matches a star. Immutable.
 */
final class Template {
    private sealed interface Part {
        record Literal(String text) implements Part {}

        record AnyText() implements Part {}

        record AnyCharacter() implements Part {}

        record Variable(String key, @Nullable String otherwise) implements Part {}
    }

    private final String source;
    private final boolean ignoreCase;
    private final List<Part> parts;
    private final @Nullable Glob fixed;

    private Template(String source, boolean ignoreCase, List<Part> parts) {
        this.source = requireNonNull(source);
        this.ignoreCase = ignoreCase;
        this.parts = List.copyOf(parts);
        this.fixed =
                parts.stream().anyMatch(Part.Variable.class::isInstance)
                        ? null
                        : glob(key -> List.of());
    }

    /**
     * How a text is read.
     *
     * @param wildcards whether {@code *} and {@code ?} mean more than themselves
     * @param variables whether {@code ${…}} does: not in policies of the version of 2008
     */
    record Reading(boolean wildcards, boolean variables, boolean ignoreCase) {}

    /**
     * @throws MalformedPolicyException when a variable is not closed or named
     */
    static Template of(String source, Reading reading) {
        return new Template(source, reading.ignoreCase(), parts(source, reading));
    }

    /**
     * A text in as many templates as it has fields between colons, at most so many: colons within a
     * variable, and those in the last field, divide nothing.
     */
    static List<Template> fields(String source, Reading reading, int most) {
        var fields = new ArrayList<Template>();
        int from = 0;
        for (int at = 0; at < source.length() && fields.size() < most - 1; at++) {
            if (reading.variables() && source.startsWith("${", at)) {
                at = closing(source, at);
            } else if (source.charAt(at) == ':') {
                fields.add(of(source.substring(from, at), reading));
                from = at + 1;
            }
        }
        fields.add(of(source.substring(from), reading));
        return fields;
    }

    private static List<Part> parts(String source, Reading reading) {
        var parts = new ArrayList<Part>();
        var text = new StringBuilder();
        for (int at = 0; at < source.length(); at++) {
            char c = source.charAt(at);
            Part special = null;
            if (reading.wildcards() && (c == '*' || c == '?')) {
                special = c == '*' ? new Part.AnyText() : new Part.AnyCharacter();
            } else if (reading.variables() && source.startsWith("${", at)) {
                int end = closing(source, at);
                special = variable(source.substring(at + 2, end));
                at = end;
            }
            if (special == null) {
                text.append(c);
                continue;
            }
            flush(text, parts);
            parts.add(special);
        }
        flush(text, parts);
        return parts;
    }

    private static void flush(StringBuilder text, List<Part> parts) {
        if (!text.isEmpty()) {
            parts.add(new Part.Literal(text.toString()));
            text.setLength(0);
        }
    }

    private static int closing(String source, int at) {
        int end = source.indexOf('}', at);
        if (end < 0) {
            throw new MalformedPolicyException("Invalid policy variable: it is not closed");
        }
        return end;
    }

    private static Part variable(String inside) {
        if (inside.equals("*") || inside.equals("?") || inside.equals("$")) {
            return new Part.Literal(inside);
        }
        int comma = inside.indexOf(',');
        var key = (comma < 0 ? inside : inside.substring(0, comma)).strip();
        if (key.isEmpty()) {
            throw new MalformedPolicyException("Invalid policy variable: it has no name");
        }
        var otherwise = comma < 0 ? null : unquote(inside.substring(comma + 1).strip());
        return new Part.Variable(key.toLowerCase(Locale.ROOT), otherwise);
    }

    private static String unquote(String quoted) {
        if (quoted.length() < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) {
            throw new MalformedPolicyException(
                    "Invalid policy variable: its default is not in single quotes");
        }
        return quoted.substring(1, quoted.length() - 1);
    }

    /** As it was written. */
    String source() {
        return source;
    }

    /** Whether it may match more than one text. */
    boolean isFixed() {
        return parts.stream().allMatch(Part.Literal.class::isInstance);
    }

    /** Nothing matches while a variable has no single value. */
    boolean matches(CharSequence text, Context context) {
        var glob = fixed != null ? fixed : glob(context);
        return glob != null && glob.matches(text);
    }

    private @Nullable Glob glob(Context context) {
        var glob = new Glob.Builder(ignoreCase);
        for (var part : parts) {
            switch (part) {
                case Part.Literal(var text) -> glob.literal(text);
                case Part.AnyText() -> glob.anyText();
                case Part.AnyCharacter() -> glob.anyCharacter();
                case Part.Variable(var key, var otherwise) -> {
                    var values = context.values(key);
                    var value = values.size() == 1 ? values.getFirst() : otherwise;
                    if (value == null) {
                        return null;
                    }
                    glob.literal(value);
                }
            }
        }
        return glob.build();
    }
}
