package io.brume.common.aws.shared;

import io.brume.common.aws.RequestMembers;
import java.util.List;
import software.amazon.awssdk.core.SdkPojo;

/**
 * One filter of a request: a name, and the values of which one must fit.
 *
 * @param name may be empty, which no operation accepts
 */
public record FilterTerm(String name, List<String> values) {
    public FilterTerm {
        values = List.copyOf(values);
    }

    /** The terms of a request's {@code Filters}, of whatever service's class they are. */
    public static List<FilterTerm> of(List<? extends SdkPojo> filters) {
        return filters.stream().map(FilterTerm::of).toList();
    }

    private static FilterTerm of(SdkPojo filter) {
        var values =
                RequestMembers.get(filter, "Values") instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : List.<String>of();
        return new FilterTerm(RequestMembers.text(filter, "Name").orElse(""), values);
    }
}
