package io.brume.common.aws.sigv4;

/** How a family of services words its refusals; see {@link SignatureProblem}. */
public enum Dialect {
    /** Query and REST-XML services: IAM, STS, Elastic Load Balancing, Route 53 … */
    QUERY,
    /** EC2's own. */
    EC2,
    /** awsJson and CBOR: every refusal of the signature is a 400. */
    JSON,
    /**
     * restJson: JSON's codes with HTTP's statuses. A few of its operations may leave the body
     * unsigned ({@link Payload#isUnsigned}).
     */
    REST_JSON,
    /**
     * S3: also the only one whose payload may be chunked, or unsigned in any operation, and whose
     * path is raw.
     */
    S3
}
