package io.brume.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
    @TempDir private Path folder;
    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void noCloudYet() {
        variables.put("BRUME_DATA", folder.resolve("data").toString());
    }

    private Connection find(String profile, String endpoint) {
        return new Connections(new Environment(variables, folder)).find(profile, "", endpoint);
    }

    private void localCloud() throws IOException {
        Files.createDirectories(folder.resolve("data/bootstrap"));
        Files.writeString(
                folder.resolve("data/cloud.conf"),
                "# a cloud\nname = lab\nport = 7100\nregion = eu-lab-1\nlisten = 0.0.0.0\n");
        Files.writeString(
                folder.resolve("data/bootstrap/credentials"),
                "access_key_id=AKIALOCAL\nsecret_access_key=a/b+c=\n");
    }

    private void profile(String name, String endpoint) throws IOException {
        Files.createDirectories(folder.resolve(".aws"));
        String section = name.equals("default") ? name : "profile " + name;
        Files.writeString(
                folder.resolve(".aws/config"),
                "["
                        + section
                        + "]\nregion = eu-west-9\ns3 =\n  endpoint_url = http://nested\n"
                        + (endpoint.isEmpty() ? "" : "endpoint_url = " + endpoint + "\n"));
        Files.writeString(
                folder.resolve(".aws/credentials"),
                "["
                        + name
                        + "]\n"
                        + "aws_access_key_id = AKIAPROFILE\n"
                        + "aws_secret_access_key = s\n"
                        + "aws_session_token = t\n");
    }

    @Test
    void takesTheLocalCloud() throws IOException {
        localCloud();
        Connection found = find("", "");
        assertThat(found.endpoint()).hasToString("http://127.0.0.1:7100");
        assertThat(found.region()).isEqualTo("eu-lab-1");
        assertThat(found.accessKeyId()).isEqualTo("AKIALOCAL");
        assertThat(found.secret().reveal()).isEqualTo("a/b+c=");
    }

    @Test
    void takesTheEnvironmentBeforeTheLocalCloud() throws IOException {
        localCloud();
        variables.put("AWS_ENDPOINT_URL", "http://10.0.0.9:7000");
        variables.put("AWS_ACCESS_KEY_ID", "AKIAENV");
        variables.put("AWS_SECRET_ACCESS_KEY", "s");
        variables.put("AWS_REGION", "eu-env-1");
        Connection found = find("", "");
        assertThat(found.endpoint()).hasToString("http://10.0.0.9:7000");
        assertThat(found.accessKeyId()).isEqualTo("AKIAENV");
        assertThat(found.region()).isEqualTo("eu-env-1");
    }

    @Test
    void takesTheFolderThatWasAskedForBeforeTheEnvironment() throws IOException {
        localCloud();
        variables.put("AWS_ENDPOINT_URL", "http://10.0.0.9:7000");
        variables.put("AWS_ACCESS_KEY_ID", "AKIAENV");
        variables.put("AWS_SECRET_ACCESS_KEY", "s");
        variables.put("BRUME_DATA_GIVEN", "yes");
        assertThat(find("", "").accessKeyId()).isEqualTo("AKIALOCAL");
    }

    @Test
    void takesTheProfileThatWasAskedFor() throws IOException {
        localCloud();
        profile("lab", "https://cloud.example:8443");
        Connection found = find("lab", "");
        assertThat(found.endpoint()).hasToString("https://cloud.example:8443");
        assertThat(found.region()).isEqualTo("eu-west-9");
        assertThat(found.accessKeyId()).isEqualTo("AKIAPROFILE");
        assertThat(found.sessionToken()).isPresent();
    }

    @Test
    void neverReachesAwsByAProfileWithoutAnEndpoint() throws IOException {
        profile("default", "");
        assertThatThrownBy(() -> find("", ""))
                .isInstanceOfSatisfying(
                        CliException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(CliException.CONFIGURATION));
        assertThatThrownBy(() -> find("default", "")).hasMessageContaining("endpoint_url");
    }

    @Test
    void saysWhenAnEndpointHasNoCredentials() {
        assertThatThrownBy(() -> find("", "http://127.0.0.1:1"))
                .hasMessageContaining("no credentials");
    }

    @Test
    void refusesAnEndpointThatIsNoUrl() throws IOException {
        localCloud();
        assertThatThrownBy(() -> find("", "ftp://somewhere"))
                .hasMessageContaining("not a URL of http");
    }
}
