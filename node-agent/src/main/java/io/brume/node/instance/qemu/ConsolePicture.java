package io.brume.node.instance.qemu;

import java.awt.image.BufferedImage;

final class ConsolePicture {
    static final int MAX_BYTES = 16 * 1024;

    private ConsolePicture() {}

    static BufferedImage draw(byte[] output) {
        return new BufferedImage(640, 400, BufferedImage.TYPE_INT_RGB);
    }
}
