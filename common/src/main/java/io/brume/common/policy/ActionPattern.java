package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

/** A pattern of actions: {@code s3:Get*}. The case does not count. Immutable. */
public final class ActionPattern {
    private final Template template;

    private ActionPattern(Template template) {
        this.template = requireNonNull(template);
    }

    static ActionPattern of(String source) {
        return new ActionPattern(Template.of(source, new Template.Reading(true, false, true)));
    }

    /** As it was written. */
    public String source() {
        return template.source();
    }

    /** Whether an action is among those meant. */
    public boolean matches(String action) {
        return template.matches(action, key -> java.util.List.of());
    }
}
