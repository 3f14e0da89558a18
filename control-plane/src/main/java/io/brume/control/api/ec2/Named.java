package io.brume.control.api.ec2;

import io.brume.control.domain.ResourceId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Choosing by id from all that a caller has. */
final class Named {
    private Named() {}

    /**
     * Those that a request names; all if it names none.
     *
     * @throws io.brume.common.aws.Fault for the first id that none has
     */
    static <T, I extends ResourceId> List<T> select(
            List<T> all, List<I> named, Function<T, I> idOf) {
        if (named.isEmpty()) {
            return all;
        }
        Set<I> missing = new HashSet<>(named);
        List<T> found = all.stream().filter(item -> named.contains(idOf.apply(item))).toList();
        found.forEach(item -> missing.remove(idOf.apply(item)));
        for (I id : named) {
            if (missing.contains(id)) {
                throw id.notFound();
            }
        }
        return found;
    }
}
