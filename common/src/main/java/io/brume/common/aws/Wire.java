package io.brume.common.aws;

/**
 * The wire protocols of AWS's clients.
 *
 * <p>A service has one that most clients use, but the choice is made per request: AWS has moved
 * services from one protocol to another under living clients (SQS 2023, CloudWatch 2025).
 *
 * <p>Source: <a href="https://smithy.io/2.0/aws/protocols/index.html">Smithy's AWS protocols</a>.
 */
public enum Wire {
    /** Form parameters in, XML out; lists without {@code .member}. Only EC2. */
    EC2_QUERY,
    /** Form parameters in, XML in a result envelope out. */
    AWS_QUERY,
    /** Methods, paths and headers mean something; bodies are XML. */
    REST_XML,
    /** Methods, paths and headers mean something; bodies are JSON. */
    REST_JSON,
    /** JSON in and out, the operation in {@code X-Amz-Target}. */
    AWS_JSON_1_0,
    /** As {@link #AWS_JSON_1_0} with another content type. */
    AWS_JSON_1_1,
    /** CBOR in and out, the operation in the path. */
    RPC_V2_CBOR;

    /** Whether paths and methods carry meaning. */
    boolean isRest() {
        return this == REST_XML || this == REST_JSON;
    }

    /** Whether requests are form parameters with an {@code Action}. */
    boolean isQuery() {
        return this == EC2_QUERY || this == AWS_QUERY;
    }
}
