package io.brume.node.instance.qemu;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Turns what QEMU's {@code screendump} writes (binary PPM) into JPEG. Pure. */
final class Screen {
    private static final int MAX_SIDE = 16_384;

    private Screen() {}

    static byte[] jpeg(BufferedImage picture) throws IOException {
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(picture, "jpg", out)) {
            throw new IOException("this Java has no JPEG encoder");
        }
        return out.toByteArray();
    }

    /** Reads a binary PPM of 8 bits per colour. */
    static BufferedImage picture(byte[] ppm) throws IOException {
        int[] header = new int[3];
        int at = 2;
        if (ppm.length < 2 || ppm[0] != 'P' || ppm[1] != '6') {
            throw new IOException("not a binary PPM picture");
        }
        for (int i = 0; i < header.length; i++) {
            while (at < ppm.length && Character.isWhitespace(ppm[at])) {
                at++;
            }
            int start = at;
            while (at < ppm.length && ppm[at] >= '0' && ppm[at] <= '9') {
                at++;
            }
            header[i] = number(new String(ppm, start, at - start, StandardCharsets.US_ASCII));
        }
        at++;
        int width = header[0];
        int height = header[1];
        if (header[2] != 255 || (long) width * height * 3 != ppm.length - at) {
            throw new IOException("a PPM picture of a wrong size or depth");
        }
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                int rgb = (ppm[at] & 0xff) << 16 | (ppm[at + 1] & 0xff) << 8 | (ppm[at + 2] & 0xff);
                picture.setRGB(x, y, rgb);
            }
        }
        return picture;
    }

    private static int number(String digits) throws IOException {
        try {
            int value = Integer.parseInt(digits);
            if (value >= 1 && value <= MAX_SIDE) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IOException("not a binary PPM picture", e);
        }
        throw new IOException("a PPM picture of a wrong size");
    }
}
