package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the cloud to talk to. In this order: a profile that was asked for; the local cloud where
 * its folder was asked for; an endpoint from the call or the environment; the environment's
 * profile; the local cloud; the profile "default". A profile counts only when it names an endpoint,
 * so that no command ever reaches AWS by mistake.
 */
public final class Connections {
    private final Environment environment;
    private final IniFile config;
    private final IniFile credentials;

    public Connections(Environment environment) {
        this.environment = requireNonNull(environment);
        Path folder = environment.home().resolve(".aws");
        this.config = IniFile.read(path("AWS_CONFIG_FILE", folder.resolve("config")));
        this.credentials =
                IniFile.read(path("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("credentials")));
    }

    private Path path(String variable, Path otherwise) {
        return environment.variable(variable).map(Path::of).orElse(otherwise);
    }

    /**
     * The cloud that is meant.
     *
     * @param profile empty = not asked for
     * @param region empty = not asked for
     * @param endpoint empty = not asked for
     */
    public Connection find(String profile, String region, String endpoint) {
        if (!profile.isEmpty()) {
            return ofProfile(profile, region, endpoint);
        }
        Optional<String> url = given(endpoint).or(() -> environment.variable("AWS_ENDPOINT_URL"));
        if (environment.variable("BRUME_DATA_GIVEN").isPresent() && endpoint.isEmpty()) {
            return local(region)
                    .orElseThrow(
                            () -> nothing("there is no readable cloud in " + environment.data()));
        }
        if (url.isPresent()) {
            return ofEnvironment(url.get(), region);
        }
        Optional<String> named =
                environment
                        .variable("AWS_PROFILE")
                        .filter(name -> config.value(section(name), "endpoint_url").isPresent());
        if (named.isPresent()) {
            return ofProfile(named.get(), region, endpoint);
        }
        return local(region)
                .or(() ->
                        config.value("default", "endpoint_url").isPresent()
                                ? Optional.of(ofProfile("default", region, endpoint))
                                : Optional.empty())
                .orElseThrow(() -> nothing("no cloud was found"));
    }

    private static CliException nothing(String message) {
        return new CliException(
                message,
                "start one with ./brume up, or use sudo, or a profile (sudo ./brume login), or set"
                        + " AWS_ENDPOINT_URL",
                CliException.CONFIGURATION);
    }

    private static Optional<String> given(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static String section(String profile) {
        return profile.equals("default") ? profile : "profile " + profile;
    }

    private String region(String asked, Optional<String> otherwise) {
        return given(asked)
                .or(() -> environment.variable("AWS_REGION"))
                .or(() -> environment.variable("AWS_DEFAULT_REGION"))
                .or(() -> otherwise)
                .orElse("us-east-1");
    }

    private Connection ofProfile(String profile, String region, String endpoint) {
        String section = section(profile);
        if (!config.has(section) && !credentials.has(profile)) {
            throw new CliException(
                    "the profile " + profile + " is not in ~/.aws",
                    "write the cloud's profile with: ./brume login",
                    CliException.CONFIGURATION);
        }
        String url =
                given(endpoint)
                        .or(() -> config.value(section, "endpoint_url"))
                        .orElseThrow(() ->
                                new CliException(
                                        "the profile " + profile + " names no endpoint_url",
                                        "add one, or write the cloud's profile with: ./brume login",
                                        CliException.CONFIGURATION));
        return new Connection(
                URI.create(url),
                given(region).or(() -> config.value(section, "region")).orElse("us-east-1"),
                ofProfile(profile, "aws_access_key_id"),
                Secret.of(ofProfile(profile, "aws_secret_access_key")),
                credentials
                        .value(profile, "aws_session_token")
                        .or(() -> config.value(section, "aws_session_token"))
                        .map(Secret::of),
                "profile " + profile);
    }

    private String ofProfile(String profile, String key) {
        return credentials
                .value(profile, key)
                .or(() -> config.value(section(profile), key))
                .orElseThrow(() ->
                        new CliException(
                                "the profile " + profile + " has no " + key,
                                "write the cloud's profile with: ./brume login",
                                CliException.CONFIGURATION));
    }

    private Connection ofEnvironment(String url, String region) {
        Optional<String> id = environment.variable("AWS_ACCESS_KEY_ID");
        Optional<String> secret = environment.variable("AWS_SECRET_ACCESS_KEY");
        if (id.isPresent() && secret.isPresent()) {
            return new Connection(
                    URI.create(url),
                    region(region, Optional.empty()),
                    id.get(),
                    Secret.of(secret.get()),
                    environment.variable("AWS_SESSION_TOKEN").map(Secret::of),
                    "environment");
        }
        Optional<String> profile =
                environment.variable("AWS_PROFILE").or(() -> Optional.of("default"));
        if (credentials.has(profile.get())) {
            return ofProfile(profile.get(), region, url);
        }
        Connection found =
                local(region)
                        .orElseThrow(() ->
                                new CliException(
                                        "there is an endpoint, " + url + ", but no credentials",
                                        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: eval"
                                                + " \"$(./brume env)\"",
                                        CliException.CONFIGURATION));
        return new Connection(
                URI.create(url),
                found.region(),
                found.accessKeyId(),
                found.secret(),
                found.sessionToken(),
                found.source());
    }

    /** The cloud on this machine, when its files may be read. */
    private Optional<Connection> local(String region) {
        IniFile cloud = IniFile.read(environment.data().resolve("cloud.conf"));
        IniFile keys = IniFile.read(environment.data().resolve("bootstrap").resolve("credentials"));
        // Both files have no sections: their keys belong to the nameless one.
        Optional<String> port = cloud.value("", "port");
        Optional<String> id = keys.value("", "access_key_id");
        Optional<String> secret = keys.value("", "secret_access_key");
        if (port.isEmpty() || id.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        String listen = cloud.value("", "listen").orElse("127.0.0.1");
        String host = listen.equals("0.0.0.0") ? "127.0.0.1" : listen;
        return Optional.of(
                new Connection(
                        URI.create("http://" + host + ":" + port.get()),
                        given(region).or(() -> cloud.value("", "region")).orElse("us-east-1"),
                        id.get(),
                        Secret.of(secret.get()),
                        Optional.empty(),
                        "the cloud in " + environment.data()));
    }
}
