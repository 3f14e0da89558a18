package io.brume.session;

import io.grpc.Status;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** Says in words for people why a call failed. */
final class Reasons {
    private static final int MAX_DEPTH = 16;

    private Reasons() {}

    static String of(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        String said = status.getDescription();
        Throwable root = failure;
        for (int i = 0; i < MAX_DEPTH && root.getCause() != null; i++) {
            root = root.getCause();
        }
        String deep = failure.getCause() == null ? "" : root.getMessage();
        return status.getCode() + separated(said) + separated(deep);
    }

    private static String separated(@Nullable String text) {
        return text == null || text.isEmpty() ? "" : ": " + text;
    }

    /** Whether the other side's certificate was not believed: waiting does not heal that. */
    static boolean isDistrust(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_DEPTH && cause != null; i++) {
            if (cause instanceof CertificateException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
