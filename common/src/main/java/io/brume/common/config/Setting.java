package io.brume.common.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.units.ByteSize;
import io.brume.common.units.Durations;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one key. Immutable; the methods that refine it return a new one.
 *
 * @param <T> what its value is
 */
public final class Setting<T> {
    private final String key;
    private final String form;
    private final String meaning;
    private final Function<String, T> parser;
    private final @Nullable String standard;
    private final boolean optional;
    private final boolean secret;

    private Setting(
            String key,
            String form,
            String meaning,
            Function<String, T> parser,
            @Nullable String standard,
            boolean optional,
            boolean secret) {
        this.key = requireNonNull(key);
        this.form = requireNonNull(form);
        this.meaning = requireNonNull(meaning);
        this.parser = requireNonNull(parser);
        this.standard = standard;
        this.optional = optional;
        this.secret = secret;
    }

    /**
     * Any type.
     *
     * @param form what a value looks like, for the reference page
     * @param meaning one or two sentences for the reference page
     * @param parser throws {@link IllegalArgumentException} with a reason that follows the key:
     *     "must be ..."
     */
    public static <T> Setting<T> of(
            String key, String form, String meaning, Function<String, T> parser) {
        return new Setting<>(key, form, meaning, parser, null, false, false);
    }

    public static Setting<String> text(String key, String meaning) {
        return of(key, "text", meaning, Function.identity());
    }

    public static Setting<Path> path(String key, String meaning) {
        return of(key, "path", meaning, Setting::parsePath);
    }

    public static Setting<HostPort> hostPort(String key, String meaning) {
        return of(key, "host:port", meaning, HostPort::parse);
    }

    public static Setting<ByteSize> size(String key, String meaning) {
        return of(key, "size, as 20GiB", meaning, ByteSize::parse);
    }

    /** A time as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 12h} or {@code 30d}. */
    public static Setting<Duration> duration(String key, String meaning) {
        return of(key, "time, as 30s", meaning, Durations::parse);
    }

    public static Setting<Boolean> flag(String key, String meaning) {
        return of(key, "true or false", meaning, Setting::parseFlag);
    }

    public static Setting<Integer> number(String key, int least, int most, String meaning) {
        return of(key, least + " to " + most, meaning, text -> parseNumber(text, least, most));
    }

    /** One of an enum's constants, in lower case. */
    public static <E extends Enum<E>> Setting<E> choice(String key, Class<E> type, String meaning) {
        String names =
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(" or "));
        return of(key, names, meaning, text -> parseChoice(text, type, names));
    }

    /** Values between commas. */
    public static Setting<List<String>> list(String key, String meaning) {
        return of(
                key,
                "list, between commas",
                meaning,
                text ->
                        Arrays.stream(text.split(",", -1))
                                .map(String::strip)
                                .filter(Predicate.not(String::isEmpty))
                                .toList());
    }

    /** The value where the file says nothing. */
    public Setting<T> standard(String value) {
        T _ = parser.apply(value); // A default that cannot be read is a bug: fail at once.
        return new Setting<>(key, form, meaning, parser, value, false, secret);
    }

    /** May be left out. */
    public Setting<Optional<T>> optional() {
        Function<String, Optional<T>> wrapped = text -> Optional.of(parser.apply(text));
        return new Setting<>(key, form, meaning, wrapped, null, true, secret);
    }

    /** Is never printed. */
    public Setting<T> secret() {
        return new Setting<>(key, form, meaning, parser, standard, optional, true);
    }

    public String key() {
        return key;
    }

    String form() {
        return form;
    }

    String meaning() {
        return meaning;
    }

    Optional<String> standardText() {
        return Optional.ofNullable(standard);
    }

    boolean isOptional() {
        return optional;
    }

    boolean isSecret() {
        return secret;
    }

    T parse(String text) {
        return parser.apply(text);
    }

    private static Path parsePath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a path", e);
        }
    }

    private static Boolean parseFlag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static int parseNumber(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number", e);
        }
        throw new IllegalArgumentException("must be from " + least + " to " + most);
    }

    private static <E extends Enum<E>> E parseChoice(String text, Class<E> type, String names) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("must be " + names);
    }
}
