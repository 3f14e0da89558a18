package io.brume.storage.object.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import java.util.Map;

/** A fault whose answer has headers of its own: {@code x-amz-delete-marker}. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final transient Map<String, String> headers;

    public RefusedException(Fault fault, Map<String, String> headers) {
        super(fault.getMessage(), null, false, false);
        this.fault = requireNonNull(fault);
        this.headers = Map.copyOf(headers);
    }

    public Fault fault() {
        return fault;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
