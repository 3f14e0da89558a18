package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Payload;
import io.brume.storage.object.s3.Caller;

/** A call whose signature holds, or that has none; and what is still to be seen of its body. */
record Admission(Caller caller, Payload payload) {
    Admission {
        requireNonNull(caller);
        requireNonNull(payload);
    }
}
