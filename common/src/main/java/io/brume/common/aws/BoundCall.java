package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import software.amazon.awssdk.core.SdkPojo;

/**
 * A request that was read: which service and operation it means, and its members. Immutable and
 * thread-safe as long as nobody changes the body's bytes.
 */
public final class BoundCall {
    private final Service service;
    private final Operation operation;
    private final Wire wire;
    private final SdkPojo request;
    private final byte[] body;

    BoundCall(Service service, Operation operation, Wire wire, SdkPojo request, byte[] body) {
        this.service = requireNonNull(service);
        this.operation = requireNonNull(operation);
        this.wire = requireNonNull(wire);
        this.request = requireNonNull(request);
        this.body = requireNonNull(body);
    }

    public Service service() {
        return service;
    }

    /** AWS's name: {@code RunInstances}. */
    public String operation() {
        return operation.name();
    }

    /** As policies and audit records name it: {@code ec2:RunInstances}. */
    public String action() {
        return service.api().actionPrefix() + ":" + operation.name();
    }

    /** Whether AWS's model lets the signature of this operation leave the body out. */
    public boolean mayBeUnsigned() {
        return operation.unsignedPayload();
    }

    public Wire wire() {
        return wire;
    }

    /** The SDK's request class of the operation, complete and immutable. */
    public SdkPojo request() {
        return request;
    }

    byte[] body() {
        return body;
    }
}
