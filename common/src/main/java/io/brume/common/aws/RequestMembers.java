package io.brume.common.aws;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Reads members that many operations share ({@code NextToken}, {@code DryRun}) from whatever
 * request it is handed, by their name in AWS's models. Stateless.
 */
public final class RequestMembers {
    private RequestMembers() {}

    /** The member as a text; empty when the request has none, or it is not set. */
    public static Optional<String> text(SdkPojo request, String member) {
        return Optional.ofNullable(get(request, member) instanceof String text ? text : null);
    }

    /** The member as a number; empty when the request has none, or it is not set. */
    public static Optional<Integer> integer(SdkPojo request, String member) {
        return Optional.ofNullable(get(request, member) instanceof Integer number ? number : null);
    }

    /** Whether the member is there and true. */
    public static boolean isTrue(SdkPojo request, String member) {
        return get(request, member) instanceof Boolean flag && flag;
    }

    /** The member, whatever its type; null when the request has none, or it is not set. */
    public static @Nullable Object get(SdkPojo request, String member) {
        for (var field : request.sdkFields()) {
            if (field.memberName().equals(member)) {
                return Pojos.get(field, request);
            }
        }
        return null;
    }
}
