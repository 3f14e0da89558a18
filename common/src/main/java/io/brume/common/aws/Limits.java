package io.brume.common.aws;

/**
 * Bounds on what a stranger's message may make the codecs do. Each is well above what AWS's own
 * clients send; the size of a body is bounded before, by whoever takes it in.
 */
final class Limits {
    /** DynamoDB documents nest 32 levels at two braces and one bracket each. */
    static final int DEPTH = 128;

    /** Form parameters of one request; DescribeInstances takes 1,000 ids. */
    static final int PARAMETERS = 20_000;

    /** Dots in one form parameter's name. */
    static final int PARAMETER_DEPTH = 24;

    /** Parts between dots in all form parameters' names together; bounds the memory they take. */
    static final int PARAMETER_NODES = 100_000;

    /**
     * Elements of one XML body; CompleteMultipartUpload has 10,000 parts of up to nine elements.
     */
    static final int ELEMENTS = 200_000;

    /** Characters of one number. */
    static final int NUMBER = 64;

    private Limits() {}
}
