package io.brume.node.instance.qemu;

import java.awt.image.BufferedImage;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Draws the end of a serial console as a terminal would show it. A machine that starts its kernel
 * directly has no screen: its serial console is what there is to see. Pure, and without the fonts
 * that a server need not have.
 */
final class ConsolePicture {
    static final int COLUMNS = 80;
    static final int ROWS = 25;

    /** Enough for a full screen with many control sequences. */
    static final int MAX_BYTES = 16 * 1024;

    private static final int SCALE = 2;
    private static final int CELL_WIDTH = 6 * SCALE;
    private static final int CELL_HEIGHT = 9 * SCALE;
    private static final int INK = 0xd0d0d0;
    private static final int TAB = 8;

    private ConsolePicture() {}

    static BufferedImage draw(byte[] output) {
        var picture =
                new BufferedImage(
                        COLUMNS * CELL_WIDTH, ROWS * CELL_HEIGHT, BufferedImage.TYPE_INT_RGB);
        int row = 0;
        for (String line : lines(output)) {
            for (int column = 0; column < line.length(); column++) {
                glyph(picture, line.charAt(column), column * CELL_WIDTH, row * CELL_HEIGHT);
            }
            row++;
        }
        return picture;
    }

    private static void glyph(BufferedImage picture, char c, int left, int top) {
        for (int x = 0; x < DotFont.WIDTH; x++) {
            for (int y = 0; y < DotFont.HEIGHT; y++) {
                if (DotFont.dot(c, x, y)) {
                    for (int i = 0; i < SCALE * SCALE; i++) {
                        picture.setRGB(
                                left + x * SCALE + i % SCALE, top + y * SCALE + i / SCALE, INK);
                    }
                }
            }
        }
    }

    /** The last lines, without control sequences. */
    static Deque<String> lines(byte[] output) {
        Deque<String> lines = new ArrayDeque<>();
        var line = new StringBuilder();
        int cursor = 0;
        for (int i = 0; i < output.length; i++) {
            char c = (char) (output[i] & 0xff);
            switch (c) {
                case '\u001b' -> i = afterSequence(output, i);
                case '\r' -> cursor = 0;
                case '\b' -> cursor = Math.max(0, cursor - 1);
                case '\n' -> {
                    add(lines, line);
                    cursor = 0;
                }
                case '\t' -> cursor = Math.min(COLUMNS - 1, (cursor / TAB + 1) * TAB);
                default -> {
                    if (c >= ' ' && c != 0x7f) {
                        if (cursor == COLUMNS) {
                            add(lines, line);
                            cursor = 0;
                        }
                        put(line, cursor++, c < 0x7f ? c : '?');
                    }
                }
            }
        }
        add(lines, line);
        return lines;
    }

    private static void put(StringBuilder line, int cursor, char c) {
        while (line.length() <= cursor) {
            line.append(' ');
        }
        line.setCharAt(cursor, c);
    }

    private static void add(Deque<String> lines, StringBuilder line) {
        lines.addLast(line.toString());
        line.setLength(0);
        if (lines.size() > ROWS) {
            lines.removeFirst();
        }
    }

    // ECMA-48: ESC [ parameters final byte; anything else is taken for one byte after ESC.
    private static int afterSequence(byte[] output, int escape) {
        int i = escape + 1;
        if (i < output.length && output[i] == '[') {
            i++;
            while (i < output.length && (output[i] < 0x40 || output[i] > 0x7e)) {
                i++;
            }
        }
        return i;
    }
}
