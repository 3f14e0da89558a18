package io.brume.common.aws;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * A fault in the words of one service, ready to be put on any wire.
 *
 * @param type the name of the error's shape, which the JSON protocols send
 * @param code the error's code, which the query and XML protocols send
 * @param members what the error carries beside its message; null for none
 * @param queryCompatible whether clients of a JSON protocol expect the query code in a header
 */
record FaultAnswer(
        String type,
        String code,
        int status,
        String message,
        @Nullable SdkPojo members,
        boolean queryCompatible) {
    /** Whose fault it is, in the query protocols' word. */
    String blame() {
        return status < 500 ? "Sender" : "Receiver";
    }
}
