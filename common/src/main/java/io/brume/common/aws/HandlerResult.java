package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * What a handler answered.
 *
 * @param response the model class of the operation
 * @param content the bytes of an operation whose answer is a stream; null for all others
 */
public record HandlerResult(SdkPojo response, byte @Nullable [] content) {
    public HandlerResult {
        requireNonNull(response);
    }

    public HandlerResult(SdkPojo response) {
        this(response, null);
    }
}
