package io.brume.storage.object.s3.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import java.net.URLEncoder;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.RoutingRule;
import software.amazon.awssdk.services.s3.model.WebsiteConfiguration;

/**
 * What a bucket answers as a web site: a pure function of its configuration, the key asked for and
 * what there is. Whoever serves it asks {@link #first}, looks the key up, and asks {@link #missed}
 * when it cannot be given. Immutable.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html">
 * redirects</a>, <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/IndexDocumentSupport.html">index
 * documents</a>.
 */
public final class WebsiteRules {
    /** What is to be answered. */
    public sealed interface Answer {
        /** The object of this key. */
        record Serve(String key) implements Answer {}

        /**
         * A redirection.
         *
         * @param location absolute, or a path of the same host
         */
        record Redirect(int status, String location) implements Answer {}

        /** The page that the site has for errors, with the status of the error. */
        record ErrorPage(int status, String key) implements Answer {}

        /** The error, in words of our own. */
        record PlainError(int status) implements Answer {}
    }

    private final WebsiteConfiguration site;
    private final boolean secure;

    private WebsiteRules(WebsiteConfiguration site, boolean secure) {
        this.site = requireNonNull(site);
        this.secure = secure;
    }

    /**
     * Of a bucket that has a web site.
     *
     * @param secure whether the visitor came over TLS
     */
    public static Optional<WebsiteRules> of(Bucket bucket, boolean secure) {
        return Documents.read(bucket, BucketSetting.WEBSITE, WebsiteConfiguration.class)
                .map(site -> new WebsiteRules(site, secure));
    }

    /**
     * What to do before anything is looked up.
     *
     * @param path as asked for, decoded, without its first slash
     * @param host that was asked
     */
    public Answer first(String path, String host) {
        var all = site.redirectAllRequestsTo();
        if (all != null) {
            var protocol = all.protocolAsString();
            return new Answer.Redirect(
                    301, url(protocol == null ? protocol() : protocol, all.hostName(), path));
        }
        for (var rule : site.routingRules()) {
            var condition = rule.condition();
            if ((condition == null || condition.httpErrorCodeReturnedEquals() == null)
                    && hasPrefix(rule, path)) {
                return redirect(rule, path, host);
            }
        }
        return new Answer.Serve(
                path.isEmpty() || path.endsWith("/") ? path + site.indexDocument().suffix() : path);
    }

    /**
     * The key of the page that there would be if a slash were missing at the end of the path; when
     * there is an object of this key, the visitor is sent to the path with the slash.
     */
    public Optional<String> folderPage(String path) {
        return path.isEmpty() || path.endsWith("/") || site.indexDocument() == null
                ? Optional.empty()
                : Optional.of(path + "/" + site.indexDocument().suffix());
    }

    /** Where a visitor is sent who left out the slash at the end. */
    public static Answer withSlash(String path) {
        return new Answer.Redirect(302, "/" + encoded(path) + "/");
    }

    /**
     * What to do about an error.
     *
     * @param status of the error: 404, 403, …
     */
    public Answer missed(String path, String host, int status) {
        for (var rule : site.routingRules()) {
            var condition = rule.condition();
            if (condition != null
                    && String.valueOf(status).equals(condition.httpErrorCodeReturnedEquals())
                    && hasPrefix(rule, path)) {
                return redirect(rule, path, host);
            }
        }
        return site.errorDocument() == null
                ? new Answer.PlainError(status)
                : new Answer.ErrorPage(status, site.errorDocument().key());
    }

    private static boolean hasPrefix(RoutingRule rule, String path) {
        return path.startsWith(prefix(rule));
    }

    private static String prefix(RoutingRule rule) {
        var condition = rule.condition();
        return condition == null || condition.keyPrefixEquals() == null
                ? ""
                : condition.keyPrefixEquals();
    }

    private Answer redirect(RoutingRule rule, String path, String host) {
        var to = rule.redirect();
        var key = path;
        if (to.replaceKeyWith() != null) {
            key = to.replaceKeyWith();
        } else if (to.replaceKeyPrefixWith() != null) {
            key = to.replaceKeyPrefixWith() + path.substring(prefix(rule).length());
        }
        int status = to.httpRedirectCode() == null ? 301 : Integer.parseInt(to.httpRedirectCode());
        var protocol = to.protocolAsString() == null ? protocol() : to.protocolAsString();
        return new Answer.Redirect(
                status, url(protocol, to.hostName() == null ? host : to.hostName(), key));
    }

    private String protocol() {
        return secure ? "https" : "http";
    }

    private static String url(String protocol, String host, String key) {
        return protocol + "://" + host + "/" + encoded(key);
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key, UTF_8).replace("+", "%20").replace("%2F", "/");
    }
}
