package io.brume.storage.object.s3.config;

import io.brume.storage.object.s3.S3Faults;
import java.time.Instant;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;

/** Retentions as the index keeps them: the mode, a space, and until when. */
final class Retentions {
    private Retentions() {}

    /**
     * @throws io.brume.common.aws.Fault when the time is not to come
     */
    static String document(String mode, Instant until, Instant now) {
        if (!until.isAfter(now)) {
            throw S3Faults.invalidArgument("The retain until date must be in the future!");
        }
        return mode + " " + until;
    }

    static ObjectLockRetention parse(String document) {
        int space = document.indexOf(' ');
        return ObjectLockRetention.builder()
                .mode(document.substring(0, space))
                .retainUntilDate(Instant.parse(document.substring(space + 1)))
                .build();
    }
}
