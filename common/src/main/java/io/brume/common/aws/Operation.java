package io.brume.common.aws;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * One operation, as far as the protocols need to know it.
 *
 * @param name on the wire: {@code RunInstances}
 * @param route its HTTP binding; null where the protocol has none
 * @param status of a successful answer, unless the answer itself sets one
 * @param resultRoot the root element of a restXml answer
 * @param hasOutput whether the model gives it any; without, JSON and CBOR answer no body at all
 * @param newRequest a fresh builder of its request
 * @param streamsIn whether the body is handed over as it is
 * @param streamsOut whether the answer's body is a stream of bytes
 * @param unsignedPayload whether the signature may leave the body out, whose checksum is among the
 *     members then
 */
record Operation(
        String name,
        @Nullable Route route,
        int status,
        String resultRoot,
        boolean hasOutput,
        Supplier<SdkPojo> newRequest,
        boolean streamsIn,
        boolean streamsOut,
        boolean unsignedPayload) {}
