package io.brume.cli.output;

/** How results are printed: for people, for programs, for shell pipelines. */
public enum OutputFormat {
    table,
    json,
    text
}
