package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.Signer;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/**
 * A cloud and who calls it.
 *
 * @param endpoint the front door, without a path
 * @param source where this was found, for messages
 */
public record Connection(
        URI endpoint,
        String region,
        String accessKeyId,
        Secret secret,
        Optional<Secret> sessionToken,
        String source) {
    public Connection {
        requireNonNull(endpoint);
        requireNonNull(region);
        requireNonNull(accessKeyId);
        requireNonNull(secret);
        requireNonNull(sessionToken);
        requireNonNull(source);
        if (endpoint.getHost() == null
                || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))) {
            throw new CliException(
                    "the endpoint " + endpoint + " (" + source + ") is not a URL of http or https",
                    "give it as http://HOST:PORT",
                    CliException.CONFIGURATION);
        }
    }

    /** Signs for one of the cloud's services. */
    Signer signer(String service) {
        return new Signer(accessKeyId, secret, sessionToken, region, service);
    }

    /** A client for requests to it; each one says how long it waits. */
    static HttpClient http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** A name for files that belong to this cloud. */
    String fileName() {
        return endpoint.getHost() + (endpoint.getPort() < 0 ? "" : "_" + endpoint.getPort());
    }
}
