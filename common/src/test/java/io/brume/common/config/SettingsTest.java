package io.brume.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.common.units.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    enum Colour {
        RED,
        GREEN
    }

    private static final Setting<Path> DATA = Setting.path("data", "Where.");
    private static final Setting<Duration> WAIT =
            Setting.duration("wait", "How long.").standard("30s");
    private static final Setting<ByteSize> SIZE =
            Setting.size("size", "How much.").standard("2GiB");
    private static final Setting<Optional<HostPort>> LISTEN =
            Setting.hostPort("listen", "At | which.").optional();
    private static final Setting<Colour> COLOUR =
            Setting.choice("colour", Colour.class, "Which.").standard("red");
    private static final Setting<String> PASSWORD = Setting.text("password", "Hush.").secret();
    private static final Setting<Integer> COUNT =
            Setting.number("count", 1, 9, "How many.").standard("3");
    private static final Setting<Boolean> FLAG = Setting.flag("flag", "Whether.").standard("false");
    private static final Setting<List<String>> NAMES =
            Setting.list("names", "Who.").standard("a, b");
    private static final Settings ALL =
            new Settings(
                    "test",
                    List.of(DATA, WAIT, SIZE, LISTEN, COLOUR, PASSWORD, COUNT, FLAG, NAMES));

    @TempDir Path folder;

    @Test
    void readsEveryType() throws Exception {
        Path file = folder.resolve("test.properties");
        Files.writeString(
                file,
                """
                data = /var/lib/x
                wait = 500ms
                size = 20GiB
                listen = [::1]:80
                colour = green
                password = s3cret
                count = 9
                flag = true
                """);
        Configuration read = ALL.read(file);
        assertThat(read.get(DATA)).isEqualTo(Path.of("/var/lib/x"));
        assertThat(read.get(WAIT)).isEqualTo(Duration.ofMillis(500));
        assertThat(read.get(SIZE)).isEqualTo(ByteSize.ofMebibytes(20 * 1024));
        assertThat(read.get(LISTEN)).contains(new HostPort("::1", 80));
        assertThat(read.get(COLOUR)).isEqualTo(Colour.GREEN);
        assertThat(read.get(COUNT)).isEqualTo(9);
        assertThat(read.get(FLAG)).isTrue();
        assertThat(read.get(NAMES)).containsExactly("a", "b");
        assertThat(read.toString()).contains("wait=PT0.5S").doesNotContain("s3cret");
    }

    @Test
    void tellsEveryProblemAtOnceAndNoSecret() throws Exception {
        Path file = folder.resolve("test.properties");
        Files.writeString(
                file,
                "wait=soon\nsize=3 apples\ncolour=blue\ncount=10\nWAIT=1s\nwait=2\nflag=yes\n");
        var thrown = catchThrowableOfType(ConfigurationException.class, () -> ALL.read(file));
        assertThat(thrown.problems())
                .hasSize(9)
                .anyMatch(problem -> problem.startsWith("wait: is given twice"))
                .anyMatch(problem -> problem.startsWith("WAIT: is not a key of test; did you mean"))
                .anyMatch(problem -> problem.startsWith("data: is missing"))
                .anyMatch(problem -> problem.startsWith("colour: must be red or green, not 'blue'"))
                .anyMatch(problem -> problem.startsWith("count: must be from 1 to 9"));
        assertThat(thrown).hasMessageContaining(file.toString());
    }

    @Test
    void neverShowsASecretInAProblem() {
        Setting<Integer> pin = Setting.number("pin", 0, 9, "Hush.").secret();
        assertThatThrownBy(() -> new Settings("x", List.of(pin)).parse(Map.of("pin", "12345")))
                .hasMessageContaining("pin")
                .hasMessageNotContaining("12345");
    }

    @Test
    void refusesAMissingFile() {
        assertThatThrownBy(() -> ALL.read(folder.resolve("absent")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void replacesItsPartOfThePage() {
        String once = ReferencePage.replace("# Configuration\n", ALL);
        assertThat(once)
                .contains("## test")
                .contains("| `wait` | time, as 30s | `30s` | How long. |")
                .contains("At \\| which.")
                .contains("**required**")
                .contains("Never printed.");
        assertThat(ReferencePage.replace(once, ALL)).isEqualTo(once);
    }

    @Test
    void parsesSizesAndAddresses() {
        assertThat(ByteSize.parse("0").bytes()).isZero();
        assertThat(ByteSize.parse("5TB").bytes()).isEqualTo(5_000_000_000_000L);
        assertThat(ByteSize.parse("64KiB")).hasToString("64KiB");
        assertThatThrownBy(() -> ByteSize.parse("99999999TiB")).hasMessageContaining("8 EiB");
        assertThatThrownBy(() -> HostPort.parse("::1:80")).hasMessageContaining("brackets");
        assertThatThrownBy(() -> HostPort.parse("host:99999")).hasMessageContaining("65535");
        assertThat(HostPort.parse("[::1]:1")).hasToString("[::1]:1");
    }
}
