package io.brume.cli.cloud;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a call answered; every step into it is checked, so that a missing member fails by name. */
public record Answer(Object value) {
    /** Goes down: a text names a member, a number an item. */
    Answer at(Object... path) {
        Object now = value;
        for (Object step : path) {
            Object next =
                    switch (now) {
                        case Map<?, ?> map when step instanceof String -> map.get(step);
                        case List<?> list when step instanceof Integer i && i < list.size() ->
                                list.get(i);
                        default -> null;
                    };
            if (next == null) {
                throw new NoSuchElementException(
                        "no " + step + " of " + List.of(path) + " in " + value);
            }
            now = next;
        }
        return new Answer(now);
    }

    public String text(Object... path) {
        return String.valueOf(at(path).value);
    }

    boolean has(String member) {
        return value instanceof Map<?, ?> map && map.containsKey(member);
    }

    public Stream<Answer> items(Object... path) {
        return ((List<?>) at(path).value).stream().map(Answer::new);
    }

    /** All instances of an answer of DescribeInstances or RunInstances. */
    public List<Answer> instances() {
        return has("Reservations")
                ? items("Reservations").flatMap(each -> each.items("Instances")).toList()
                : items("Instances").toList();
    }

    static Predicate<Answer> where(String text, Object... path) {
        return each -> each.text(path).equals(text);
    }
}
