package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A pattern of ARNs. Each of the six fields between colons is held against its own part of the
 * pattern, so that a wildcard does not reach into the next field; only the pattern's last field
 * stands for all that is left. Immutable.
 */
public final class ArnPattern {
    private static final int FIELDS = 6;

    private final String source;
    private final List<Template> fields;

    private ArnPattern(String source, List<Template> fields) {
        this.source = requireNonNull(source);
        this.fields = List.copyOf(fields);
    }

    static ArnPattern of(String source, boolean variables) {
        var reading = new Template.Reading(true, variables, false);
        return new ArnPattern(source, Template.fields(source, reading, FIELDS));
    }

    /** As it was written. */
    public String source() {
        return source;
    }

    /** Whether it means a single ARN. */
    public boolean isFixed() {
        return fields.stream().allMatch(Template::isFixed);
    }

    boolean matches(String arn, Context context) {
        int from = 0;
        for (int i = 0; i < fields.size() - 1; i++) {
            int colon = arn.indexOf(':', from);
            if (colon < 0 || !fields.get(i).matches(arn.substring(from, colon), context)) {
                return false;
            }
            from = colon + 1;
        }
        return fields.getLast().matches(arn.substring(from), context);
    }
}
