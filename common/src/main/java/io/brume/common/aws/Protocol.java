package io.brume.common.aws;

import software.amazon.awssdk.core.SdkPojo;

/**
 * One wire protocol of one service. Implementations hold nothing that changes and are thread-safe.
 */
sealed interface Protocol permits QueryProtocol, RestProtocol, RpcProtocol {
    /** A request that was understood; {@code request} is still its builder. */
    record Bound(Operation operation, SdkPojo request) {}

    /**
     * Finds the operation and reads its members.
     *
     * @throws Malformed when the message cannot be read
     * @throws Fault when it names no operation that is offered
     */
    Bound read(HttpCall call, Operations operations);

    HttpReply write(Operation operation, HandlerResult result, String requestId);

    HttpReply write(FaultAnswer fault, String requestId);

    /** The fault for a message that cannot be read. */
    Fault refuse(Malformed malformed);
}
