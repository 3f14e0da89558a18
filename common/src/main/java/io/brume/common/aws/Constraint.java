package io.brume.common.aws;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a model demands of a value: that it is there; bounds of a number, or of the length of a
 * text, blob, list or map; a pattern; and the same of what is inside.
 */
record Constraint(
        boolean required,
        @Nullable BigDecimal min,
        @Nullable BigDecimal max,
        @Nullable String pattern,
        @Nullable Constraint member,
        @Nullable Constraint key,
        @Nullable Constraint value) {}
