package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Finds the one resource that a user means: by its id, or by the Name tag that only it has.
 *
 * @param <T> a resource as the CLI knows it
 */
final class ByName<T> {
    private final String noun;
    private final Pattern ids;
    private final String idParameter;
    private final Function<Form, List<T>> list;
    private final Function<T, String> idOf;

    /**
     * @param noun as in {@code brume volume}
     * @param prefix of its ids, as in {@code vol-}
     * @param idParameter the first id in the form of the Describe operation
     * @param list the Describe operation
     */
    ByName(
            String noun,
            String prefix,
            String idParameter,
            Function<Form, List<T>> list,
            Function<T, String> idOf) {
        this.noun = requireNonNull(noun);
        this.ids = Pattern.compile(prefix + "-[0-9a-f]{8,17}");
        this.idParameter = requireNonNull(idParameter);
        this.list = requireNonNull(list);
        this.idOf = requireNonNull(idOf);
    }

    T one(String nameOrId) {
        List<T> found =
                list.apply(
                        isId(nameOrId)
                                ? new Form().with(idParameter, nameOrId)
                                : new Form().withFilter("tag:Name", nameOrId));
        if (found.isEmpty()) {
            throw CliException.usage(
                    "there is no %s %s".formatted(noun, nameOrId), "see: brume " + noun + " list");
        }
        if (found.size() > 1) {
            throw CliException.usage(
                    "%d %ss are called %s".formatted(found.size(), noun, nameOrId),
                    "name one by its id: " + String.join(", ", found.stream().map(idOf).toList()));
        }
        return found.getFirst();
    }

    /** An id is taken as it is: the operation that it is for will tell whether it exists. */
    String id(String nameOrId) {
        return isId(nameOrId) ? nameOrId : idOf.apply(one(nameOrId));
    }

    private boolean isId(String text) {
        return ids.matcher(text).matches();
    }
}
