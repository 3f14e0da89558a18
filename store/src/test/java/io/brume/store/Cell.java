package io.brume.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The record of the histories: every write is unique, so that what was read tells which write was
 * seen.
 *
 * @param writer names the transaction that wrote it
 */
public record Cell(String colour, String writer) {
    public static final Index<String, Cell, String> BY_COLOUR =
            new Index<>(1, "by-colour", KeyCodec.string(), (key, cell) -> List.of(cell.colour()));

    public static final Table<String, Cell> TABLE =
            Table.of(
                    7,
                    "cells",
                    KeyCodec.string(),
                    Codec.of(
                            cell ->
                                    (cell.colour + " " + cell.writer)
                                            .getBytes(StandardCharsets.UTF_8),
                            bytes -> {
                                String[] parts =
                                        new String(bytes, StandardCharsets.UTF_8).split(" ", 2);
                                return new Cell(parts[0], parts[1]);
                            }),
                    BY_COLOUR);
}
