package io.brume.storage.object.s3.config;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.Cors;
import io.brume.storage.object.s3.S3Faults;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CORSConfiguration;
import software.amazon.awssdk.services.s3.model.CORSRule;

/**
 * Which web sites' scripts may use a bucket, by its CORS rules. The first rule that fits decides.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html">CORS</a>.
 */
public final class CorsRules implements Cors {
    private static final int MOST = 100;
    private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "HEAD");

    /**
     * @throws io.brume.common.aws.Fault in S3's words
     */
    static void demandValid(CORSConfiguration configuration) {
        var rules = configuration.corsRules();
        if (rules.isEmpty() || rules.size() > MOST) {
            throw S3Faults.malformedXml();
        }
        for (var rule : rules) {
            if (rule.allowedMethods().isEmpty() || rule.allowedOrigins().isEmpty()) {
                throw S3Faults.malformedXml();
            }
            for (var method : rule.allowedMethods()) {
                if (!METHODS.contains(method)) {
                    throw S3Faults.invalidRequest(
                            "Found unsupported HTTP method in CORS config. Unsupported method is "
                                    + method);
                }
            }
            rule.allowedOrigins().forEach(text -> demandOneWildcard("AllowedOrigin", text));
            rule.allowedHeaders().forEach(text -> demandOneWildcard("AllowedHeader", text));
            for (var header : rule.exposeHeaders()) {
                if (header.contains("*")) {
                    throw S3Faults.invalidRequest(
                            "ExposeHeader \""
                                    + header
                                    + "\" contains"
                                    + " wildcard. We currently do not support wildcard for"
                                    + " ExposeHeader.");
                }
            }
        }
    }

    private static void demandOneWildcard(String what, String text) {
        if (text.indexOf('*') != text.lastIndexOf('*')) {
            throw S3Faults.invalidRequest(
                    what + " \"" + text + "\" can not have more than one wildcard.");
        }
    }

    @Override
    public Optional<Map<String, String>> preflight(Bucket bucket, HttpCall head) {
        var origin = head.header("origin");
        var method = head.header("access-control-request-method");
        if (origin == null || method == null) {
            return Optional.empty();
        }
        var asked = names(head.header("access-control-request-headers"));
        return rules(bucket).stream()
                .filter(rule -> fits(rule, origin, method))
                .filter(rule -> asked.stream().allMatch(name -> lets(rule, name)))
                .findFirst()
                .map(rule -> {
                    var headers = headers(rule, origin);
                    if (!asked.isEmpty()) {
                        headers.put("Access-Control-Allow-Headers", String.join(", ", asked));
                    }
                    return headers;
                });
    }

    @Override
    public Map<String, String> headers(Bucket bucket, HttpCall head) {
        var origin = head.header("origin");
        return origin == null
                ? Map.of()
                : rules(bucket).stream()
                        .filter(rule -> fits(rule, origin, head.method()))
                        .findFirst()
                        .map(rule -> headers(rule, origin))
                        .orElse(Map.of());
    }

    private static List<CORSRule> rules(Bucket bucket) {
        return Documents.read(bucket, BucketSetting.CORS, CORSConfiguration.class)
                .map(CORSConfiguration::corsRules)
                .orElse(List.of());
    }

    private static Map<String, String> headers(CORSRule rule, String origin) {
        var headers = new LinkedHashMap<String, String>();
        boolean any = rule.allowedOrigins().contains("*");
        headers.put("Access-Control-Allow-Origin", any ? "*" : origin);
        headers.put("Access-Control-Allow-Methods", String.join(", ", rule.allowedMethods()));
        if (!rule.exposeHeaders().isEmpty()) {
            headers.put("Access-Control-Expose-Headers", String.join(", ", rule.exposeHeaders()));
        }
        if (rule.maxAgeSeconds() != null) {
            headers.put("Access-Control-Max-Age", rule.maxAgeSeconds().toString());
        }
        if (!any) {
            headers.put("Access-Control-Allow-Credentials", "true");
        }
        headers.put(
                "Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
        return headers;
    }

    private static boolean fits(CORSRule rule, String origin, String method) {
        return rule.allowedMethods().contains(method)
                && rule.allowedOrigins().stream().anyMatch(each -> matches(each, origin));
    }

    private static boolean lets(CORSRule rule, String name) {
        return rule.allowedHeaders().stream()
                .anyMatch(each -> matches(each.toLowerCase(Locale.ROOT), name));
    }

    /** With at most one star. */
    private static boolean matches(String pattern, String text) {
        int star = pattern.indexOf('*');
        return star < 0
                ? pattern.equals(text)
                : text.length() >= pattern.length() - 1
                        && text.startsWith(pattern.substring(0, star))
                        && text.endsWith(pattern.substring(star + 1));
    }

    private static List<String> names(@Nullable String header) {
        return header == null
                ? List.of()
                : Arrays.stream(header.split(","))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty())
                        .toList();
    }
}
