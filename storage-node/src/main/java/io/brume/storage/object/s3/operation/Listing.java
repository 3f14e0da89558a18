package io.brume.storage.object.s3.operation;

import io.brume.common.aws.sigv4.PercentEncoding;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.s3.S3Faults;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What all lists have in common. */
final class Listing {
    private Listing() {}

    /** How keys are written: as they are, or percent-encoded, since XML cannot hold all of them. */
    static UnaryOperator<String> encoding(Optional<String> type) {
        if (type.isEmpty()) {
            return UnaryOperator.identity();
        }
        if (!type.get().equals("url")) {
            throw S3Faults.invalidArgument("Invalid Encoding Method specified in Request");
        }
        return key -> PercentEncoding.encode(key, true);
    }

    /** How much a page may hold: what was asked for, but no more than a thousand. */
    static int limit(Optional<String> text, String name) {
        if (text.isEmpty() || text.get().isEmpty()) {
            return ListRequest.MAX_LIMIT;
        }
        try {
            return limit(Integer.parseInt(text.get()), name);
        } catch (NumberFormatException notANumber) {
            throw S3Faults.invalidArgument(
                    "Provided " + name + " not an integer or within integer range");
        }
    }

    static int limit(int wanted, String name) {
        if (wanted < 0) {
            throw S3Faults.invalidArgument(
                    "Argument " + name + " must be an integer between 0 and 2147483647");
        }
        return Math.min(wanted, ListRequest.MAX_LIMIT);
    }
}
