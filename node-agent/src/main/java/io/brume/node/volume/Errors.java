package io.brume.node.volume;

/** Error numbers of Linux. */
final class Errors {
    static final int INPUT_OUTPUT = 5;
    static final int INVALID = 22;
    static final int NO_SPACE = 28;

    private Errors() {}
}
