package io.brume.cli.output;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows of named values, printed as a table, as JSON or as text between tabs. A table shows the
 * chosen columns; the other forms show everything.
 */
public final class Listing {
    private final Terminal terminal;
    private final OutputFormat format;

    public Listing(Terminal terminal, OutputFormat format) {
        this.terminal = requireNonNull(terminal);
        this.format = requireNonNull(format);
    }

    /**
     * Prints many rows.
     *
     * @param columns of the table, by the values' names
     * @param nothing what a table says when there are no rows
     */
    public void rows(List<String> columns, List<Map<String, Object>> rows, String nothing) {
        switch (format) {
            case json -> terminal.say(JsonText.of(rows));
            case text -> rows.forEach(row -> terminal.say(tabs(row)));
            case table -> {
                if (rows.isEmpty()) {
                    terminal.say(nothing);
                } else {
                    table(columns, rows);
                }
            }
        }
    }

    /** Prints one row, with all its values one under the other. */
    public void row(Map<String, Object> row) {
        switch (format) {
            case json -> terminal.say(JsonText.of(row));
            case text -> terminal.say(tabs(row));
            case table -> {
                int width = row.keySet().stream().mapToInt(String::length).max().orElse(0);
                row.forEach((name, value) ->
                        terminal.say(
                                terminal.paint(Colour.HEADING, pad(name, width))
                                        + "  "
                                        + painted(name, text(value))));
            }
        }
    }

    private void table(List<String> columns, List<Map<String, Object>> rows) {
        var widths = new ArrayList<Integer>();
        for (String column : columns) {
            int width = column.length();
            for (Map<String, Object> row : rows) {
                width = Math.max(width, text(row.getOrDefault(column, "")).length());
            }
            widths.add(width);
        }
        var heading = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            append(heading, columns.get(i), columns.get(i), widths.get(i), i == columns.size() - 1);
        }
        terminal.say(terminal.paint(Colour.HEADING, heading.toString()));
        for (Map<String, Object> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns.size(); i++) {
                String column = columns.get(i);
                String value = text(row.getOrDefault(column, ""));
                append(line, painted(column, value), value, widths.get(i), i == columns.size() - 1);
            }
            terminal.say(line.toString());
        }
    }

    /** Appends a cell; the last one needs nothing after it. Colours have no width. */
    private static void append(
            StringBuilder line, String shown, String plain, int width, boolean last) {
        line.append(shown);
        if (!last) {
            line.append(" ".repeat(width - plain.length() + 2));
        }
    }

    private String painted(String column, String value) {
        return column.equals("State") ? terminal.paint(Colour.ofState(value), value) : value;
    }

    private static String tabs(Map<String, Object> row) {
        return String.join("\t", row.values().stream().map(Listing::text).toList());
    }

    /**
     * A value in one cell: control characters, which a tag may hold, would let a name rewrite the
     * screen.
     */
    private static String text(Object value) {
        String text =
                value instanceof List<?> items
                        ? String.join(",", items.stream().map(String::valueOf).toList())
                        : value.toString();
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.isEmpty() ? "-" : plain;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
