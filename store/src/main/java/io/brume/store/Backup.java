package io.brume.store;

import java.nio.file.Path;

/** A finished backup: a directory that holds the whole store at one revision. */
public record Backup(Path directory, long revision) {}
