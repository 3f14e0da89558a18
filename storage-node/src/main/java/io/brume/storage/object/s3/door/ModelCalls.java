package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Api;
import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.Service;
import io.brume.common.aws.sigv4.Payload;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.http.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The operations whose requests and answers are AWS's model classes: all but those that move
 * objects' bytes. Their bodies are documents, and are held in memory within bounds. Thread-safe.
 */
final class ModelCalls {
    private static final int MOST = 8 << 20;
    private static final int MOST_OF_STRANGERS = 1 << 20;
    private static final int UNIT = 64 << 10;
    private static final int UNITS_AT_ONCE = (128 << 20) / UNIT;

    private final Service service;
    private final Semaphore room = new Semaphore(UNITS_AT_ONCE);

    ModelCalls(Service service) {
        this.service = requireNonNull(service);
    }

    static ModelCalls of(List<S3Noun> nouns) {
        return new ModelCalls(new Service(Api.of("s3", S3Client.class), nouns));
    }

    /** Which operation a request means, whoever carries it out; empty when AWS has none. */
    Optional<String> meant(HttpCall head) {
        return service.meant(head);
    }

    /**
     * Carries the operation out.
     *
     * @param raw the body as it was sent
     */
    Answer call(String operation, Payload payload, InputStream raw) {
        var caller = Caller.current();
        int limit = caller.account().isPresent() ? MOST : MOST_OF_STRANGERS;
        long length = payload.length();
        if (length > limit) {
            throw tooLarge();
        }
        if (operation.equals("DeleteObjects")) {
            demandChecked(payload);
        }
        int units = (int) ((length < 0 ? limit : length) / UNIT) + 1;
        if (!room.tryAcquire(units)) {
            throw Fault.of(
                    Fault.Category.UNAVAILABLE, "SlowDown", "Please reduce your request rate.");
        }
        try {
            var body = body(operation, payload, raw, limit);
            var bound = service.bind(caller.head().withBody(body));
            service.validate(bound);
            var result = service.invoke(bound);
            return answer(service.reply(bound, result, caller.requestId()), result.response());
        } finally {
            room.release(units);
        }
    }

    private static byte[] body(String operation, Payload payload, InputStream raw, int limit) {
        // Of CompleteMultipartUpload the headers speak of the object that it makes.
        var in =
                operation.equals("CompleteMultipartUpload")
                        ? payload.openIgnoringChecksumHeaders(raw)
                        : payload.open(raw);
        try {
            var body = in.readNBytes(limit + 1);
            if (body.length > limit) {
                throw tooLarge();
            }
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void demandChecked(Payload payload) {
        if (payload.checksums().isEmpty() && payload.trailers().isEmpty()) {
            throw S3Faults.invalidRequest("Missing required header for this request: Content-MD5");
        }
    }

    /** With the operation's one status, unless the response says which of several it is. */
    private static Answer answer(HttpReply reply, SdkPojo response) {
        int status =
                response instanceof SdkResponse said && said.sdkHttpResponse() != null
                        ? said.sdkHttpResponse().statusCode()
                        : reply.status();
        return Answer.of(status, reply.headers(), reply.body());
    }

    private static Fault tooLarge() {
        return Fault.invalid("MaxMessageLengthExceeded", "Your request was too large.");
    }
}
