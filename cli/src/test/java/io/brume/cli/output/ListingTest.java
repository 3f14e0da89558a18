package io.brume.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListingTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Listing listing(OutputFormat format, boolean colours) {
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Listing(new Terminal(out, out, colours, false), format);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> row(String id, String state, Object count) {
        var row = new LinkedHashMap<String, Object>();
        row.put("Id", id);
        row.put("State", state);
        row.put("Count", count);
        return row;
    }

    private static final List<Map<String, Object>> ROWS =
            List.of(row("i-1", "running", 7), row("i-234", "", 12L));

    @Test
    void alignsATable() {
        listing(OutputFormat.table, false).rows(List.of("Id", "State", "Count"), ROWS, "none");
        assertThat(printed())
                .isEqualTo(
                        """
                        Id     State    Count
                        i-1    running  7
                        i-234  -        12
                        """);
    }

    @Test
    void keepsColumnsAlignedUnderColours() {
        listing(OutputFormat.table, true).rows(List.of("Id", "State", "Count"), ROWS, "none");
        assertThat(printed()).contains("\u001b[32mrunning\u001b[0m  7");
        String plain = printed().replaceAll("\u001b\\[[0-9]*m", "");
        assertThat(plain.lines().map(line -> line.indexOf("7") + line.indexOf("12")))
                .contains(16 - 1);
    }

    @Test
    void saysWhenThereIsNothing() {
        listing(OutputFormat.table, false).rows(List.of("Id"), List.of(), "none yet");
        assertThat(printed()).isEqualTo("none yet\n");
    }

    @Test
    void printsJsonAsTheAwsCommandDoes() {
        listing(OutputFormat.json, true).rows(List.of("Id"), ROWS.subList(0, 1), "none");
        assertThat(printed())
                .isEqualTo(
                        """
                        [
                            {
                                "Id": "i-1",
                                "State": "running",
                                "Count": 7
                            }
                        ]
                        """);
    }

    @Test
    void printsAnEmptyListAsJson() {
        listing(OutputFormat.json, true).rows(List.of("Id"), List.of(), "none");
        assertThat(printed()).isEqualTo("[]\n");
    }

    @Test
    void printsTextBetweenTabs() {
        listing(OutputFormat.text, true).rows(List.of("Id"), ROWS, "none");
        assertThat(printed()).isEqualTo("i-1\trunning\t7\ni-234\t-\t12\n");
    }

    @Test
    void letsNoValueRewriteTheScreen() {
        listing(OutputFormat.table, false)
                .rows(List.of("Id"), List.of(row("a\u001b[2J\nb", "", 1)), "none");
        assertThat(printed()).isEqualTo("Id\na?[2J?b\n");
    }
}
