package io.brume.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.storage.object.s3.http.Answer;
import io.brume.storage.object.s3.http.Exchange;
import io.brume.storage.object.s3.http.RequestHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What listens before this node knows its part of the object store: clients are to try again.
 * Thread-safe.
 */
final class S3Gate implements RequestHandler {
    private volatile @Nullable RequestHandler door;

    /** From now on the door answers. */
    void open(RequestHandler to) {
        door = to;
    }

    boolean isOpen() {
        return door != null;
    }

    @Override
    public void begin(Exchange exchange) {
        var open = door;
        if (open != null) {
            open.begin(exchange);
        } else {
            exchange.answer(
                    error(
                            exchange,
                            503,
                            "ServiceUnavailable",
                            "The object store is not ready yet. Please try again."));
        }
    }

    @Override
    public Answer refuse(Exchange exchange, int status, String code, String message) {
        var open = door;
        return open != null
                ? open.refuse(exchange, status, code, message)
                : error(exchange, status, code, message);
    }

    private static Answer error(Exchange exchange, int status, String code, String message) {
        var text =
                exchange.head().method().equals("HEAD")
                        ? ""
                        : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
                                + code
                                + "</Code><Message>"
                                + message
                                + "</Message></Error>";
        return Answer.of(
                status,
                Map.of("Content-Type", "application/xml", "Retry-After", "1"),
                text.getBytes(UTF_8));
    }
}
