package io.brume.storage.object.s3.http;

/** Who answers requests. Thread-safe. */
public interface RequestHandler {
    /**
     * Called with each request's head on the event loop of its connection: must not block. Answers
     * at once, or has {@link Exchange#run} do it.
     */
    void begin(Exchange exchange);

    /**
     * The answer to a request that the server refuses itself.
     *
     * @param status 400, 408, 417, 431, 503 …
     */
    Answer refuse(Exchange exchange, int status, String code, String message);
}
