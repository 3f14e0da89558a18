package io.brume.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.config.ReferencePage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ControlPlaneSettingsReferencePageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void thePageSaysWhatTheProgramReads() throws Exception {
        String page = Files.readString(PAGE);
        String fresh = ReferencePage.replace(page, ControlPlaneSettings.SETTINGS);
        if (Boolean.getBoolean("brume.docs.write")) {
            Files.writeString(PAGE, fresh);
        }
        assertThat(page)
                .as("docs/configuration.md is outdated; write it with -Dbrume.docs.write=true")
                .isEqualTo(fresh);
    }
}
