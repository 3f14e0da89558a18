package io.brume.common.config;

/**
 * The part of {@code docs/configuration.md} about one program, made from its declarations. It
 * stands between two marks in the page, so that people may write around it.
 */
public final class ReferencePage {
    private ReferencePage() {}

    /** The page with this program's part replaced, or added at the end. */
    public static String replace(String page, Settings settings) {
        String begin = mark(settings, "begin");
        String end = mark(settings, "end");
        String part = begin + "\n" + render(settings) + end;
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            return page + (page.isEmpty() || page.endsWith("\n") ? "" : "\n") + "\n" + part + "\n";
        }
        return page.substring(0, from) + part + page.substring(to + end.length());
    }

    private static String mark(Settings settings, String what) {
        return "<!-- " + what + " " + settings.program() + ": generated, do not edit -->";
    }

    private static String render(Settings settings) {
        var table = new StringBuilder();
        table.append("\n## ").append(settings.program()).append("\n\n");
        table.append("| Key | Value | Default | Meaning |\n|---|---|---|---|\n");
        for (Setting<?> setting : settings.declared()) {
            table.append("| `").append(setting.key()).append("` | ");
            table.append(cell(setting.form())).append(" | ");
            table.append(
                    setting.standardText()
                            .map(text -> text.isEmpty() ? "none" : "`" + cell(text) + "`")
                            .orElse(setting.isOptional() ? "none" : "**required**"));
            table.append(" | ").append(cell(setting.meaning()));
            table.append(setting.isSecret() ? " Never printed." : "").append(" |\n");
        }
        return table.append('\n').toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
