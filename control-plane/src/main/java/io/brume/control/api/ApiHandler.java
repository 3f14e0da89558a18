package io.brume.control.api;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;

/** Answers AWS calls, whatever server took them in. Thread-safe; blocks; never throws a fault. */
@FunctionalInterface
public interface ApiHandler {
    /** The answer to a complete request. */
    HttpReply handle(HttpCall call, Origin origin);
}
