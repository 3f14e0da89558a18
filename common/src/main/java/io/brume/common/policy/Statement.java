package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A statement of a policy.
 *
 * @param name its {@code Sid}; its place, {@code #1} for the first, when it has none
 * @param principals empty in a policy of an identity
 * @param resources empty in a policy of trust
 */
public record Statement(
        String name,
        Effect effect,
        Optional<Principals> principals,
        Selection<ActionPattern> actions,
        Optional<Selection<ArnPattern>> resources,
        List<Condition> conditions) {
    public Statement {
        requireNonNull(name);
        requireNonNull(effect);
        requireNonNull(principals);
        requireNonNull(actions);
        requireNonNull(resources);
        conditions = List.copyOf(conditions);
    }

    /** Whether it is about a request, and by which name it then calls the principal. */
    Principals.Naming appliesTo(AccessRequest request) {
        var context = request.context();
        boolean meant =
                actions.selects(pattern -> pattern.matches(request.action()))
                        && resources.stream()
                                .allMatch(each ->
                                        each.selects(pattern ->
                                                pattern.matches(request.resource(), context)));
        if (!meant) {
            return Principals.Naming.NOT;
        }
        var naming =
                principals
                        .map(each -> each.names(request.principal()))
                        .orElse(Principals.Naming.PRINCIPAL);
        return naming != Principals.Naming.NOT
                        && conditions.stream().allMatch(condition -> condition.holds(context))
                ? naming
                : Principals.Naming.NOT;
    }
}
