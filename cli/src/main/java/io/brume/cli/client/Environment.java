package io.brume.cli.client;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the program runs.
 *
 * @param variables of the process
 * @param home the user's folder
 */
public record Environment(Map<String, String> variables, Path home) {
    public Environment {
        variables = Map.copyOf(variables);
    }

    /** This process's. */
    public static Environment ofProcess() {
        Map<String, String> variables = System.getenv();
        // Java asks the user database, where ssh, aws and the launcher take HOME's word.
        String home = variables.getOrDefault("HOME", "");
        return new Environment(
                variables,
                Path.of(home.startsWith("/") ? home : System.getProperty("user.home", "/")));
    }

    /** A variable that is set to something. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** The data folder of the cloud on this machine, whether there is one or not. */
    public Path data() {
        return Path.of(variable("BRUME_DATA").orElse("/var/lib/brume"));
    }

    /**
     * Where keys that this program made are kept, apart for each cloud, since two may use the same
     * names.
     */
    public Path keys(Connection connection) {
        return home.resolve(".brume").resolve("keys").resolve(connection.fileName());
    }

    /** Where the certificates for a volume are kept while it is served to this user. */
    public Path serving(Connection connection, String volumeId) {
        return home.resolve(".brume")
                .resolve("serve")
                .resolve(connection.fileName())
                .resolve(volumeId);
    }

    /** The public keys of instances that were seen, one file for each cloud. */
    public Path knownHosts(Connection connection) {
        return home.resolve(".brume").resolve("known_hosts").resolve(connection.fileName());
    }
}
