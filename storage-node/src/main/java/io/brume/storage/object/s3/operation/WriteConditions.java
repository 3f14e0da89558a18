package io.brume.storage.object.s3.operation;

import io.brume.storage.object.index.Condition;
import io.brume.storage.object.s3.S3Faults;
import org.jspecify.annotations.Nullable;

/** What must hold of a key's newest version for it to be written. */
final class WriteConditions {
    private WriteConditions() {}

    /**
     * The condition of two headers.
     *
     * @throws io.brume.common.aws.Fault for combinations that S3 does not know either
     */
    static Condition of(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifMatch != null && ifNoneMatch != null) {
            throw S3Faults.notImplemented("If-Match together with If-None-Match");
        }
        if (ifNoneMatch != null) {
            if (!ETags.unquoted(ifNoneMatch).equals("*")) {
                throw S3Faults.notImplemented("If-None-Match with anything but *");
            }
            return Condition.ifNoneMatch("*");
        }
        return ifMatch == null ? Condition.NONE : Condition.ifMatch(ETags.unquoted(ifMatch));
    }
}
