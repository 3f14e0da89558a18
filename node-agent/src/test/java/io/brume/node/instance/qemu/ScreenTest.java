package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScreenTest {
    @Test
    void ppmBecomesAPicture() throws IOException {
        byte[] header = "P6\n2 1\n255\n".getBytes(UTF_8);
        byte[] ppm = java.util.Arrays.copyOf(header, header.length + 6);
        ppm[header.length] = (byte) 0xff;
        ppm[header.length + 5] = (byte) 0x80;
        var picture = Screen.picture(ppm);
        assertThat(picture.getRGB(0, 0) & 0xffffff).isEqualTo(0xff0000);
        assertThat(picture.getRGB(1, 0) & 0xffffff).isEqualTo(0x000080);
        var jpeg = ImageIO.read(new ByteArrayInputStream(Screen.jpeg(picture)));
        assertThat(jpeg.getWidth()).isEqualTo(2);
    }

    @Test
    void whatIsNoPictureIsRefused() {
        for (String text :
                List.of("", "P6", "P6\n2 1\n255\n", "P6\n99999 1\n255\n", "P5\n1 1\n255\nx")) {
            assertThatThrownBy(() -> Screen.picture(text.getBytes(UTF_8)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void consoleIsDrawnAsATerminalShowsIt() {
        String text = "gone\n".repeat(30) + "old\rnew\n\u001b[1;31mred\u001b[0m\tx\bX";
        var lines = ConsolePicture.lines(text.getBytes(UTF_8));
        assertThat(lines).hasSize(ConsolePicture.ROWS);
        assertThat(lines).endsWith("new", "red     X");
        assertThat(ConsolePicture.lines("a".repeat(81).getBytes(UTF_8)))
                .containsExactly("a".repeat(80), "a");
        var picture = ConsolePicture.draw(text.getBytes(UTF_8));
        assertThat(picture.getWidth()).isEqualTo(960);
        assertThat(picture.getHeight()).isEqualTo(450);
        assertThat(DotFont.dot('!', 2, 0)).isTrue();
        assertThat(DotFont.dot(' ', 2, 0)).isFalse();
    }

    @Property(tries = 200)
    void anyOutputCanBeDrawn(@ForAll byte[] output) {
        assertThat(ConsolePicture.draw(output)).isNotNull();
        assertThat(ConsolePicture.lines(output)).allMatch(line -> line.length() <= 80);
    }
}
