package io.brume.storage.object.s3.config;

import io.brume.storage.object.s3.S3Faults;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.RoutingRule;
import software.amazon.awssdk.services.s3.model.WebsiteConfiguration;

/** What a web site's configuration must be. */
final class WebsiteChecks {
    private static final int MOST_RULES = 50;
    private static final Pattern REDIRECTION = Pattern.compile("3[0-9]{2}");
    private static final Pattern ERROR = Pattern.compile("[45][0-9]{2}");

    private WebsiteChecks() {}

    /**
     * @throws io.brume.common.aws.Fault in S3's words
     */
    static void demandValid(WebsiteConfiguration site) {
        if (site.redirectAllRequestsTo() != null) {
            if (site.indexDocument() != null
                    || site.errorDocument() != null
                    || site.hasRoutingRules()) {
                throw S3Faults.invalidArgument(
                        "RedirectAllRequestsTo cannot be provided in"
                                + " conjunction with other Routing Rules.");
            }
            return;
        }
        if (site.indexDocument() == null) {
            throw S3Faults.invalidArgument(
                    "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is"
                            + " empty");
        }
        var suffix = site.indexDocument().suffix();
        if (suffix.isEmpty() || suffix.contains("/")) {
            throw S3Faults.invalidArgument("The IndexDocument Suffix is not well formed");
        }
        if (site.routingRules().size() > MOST_RULES) {
            throw S3Faults.invalidRequest(
                    site.routingRules().size()
                            + " routing rules provided, the number of routing rules in a website"
                            + " configuration is limited to 50.");
        }
        site.routingRules().forEach(WebsiteChecks::demandValid);
    }

    private static void demandValid(RoutingRule rule) {
        var redirect = rule.redirect();
        if (redirect.replaceKeyWith() != null && redirect.replaceKeyPrefixWith() != null) {
            throw S3Faults.invalidRequest(
                    "You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
        }
        boolean empty =
                redirect.hostName() == null
                        && redirect.httpRedirectCode() == null
                        && redirect.protocol() == null
                        && redirect.replaceKeyWith() == null
                        && redirect.replaceKeyPrefixWith() == null;
        if (empty) {
            throw S3Faults.malformedXml();
        }
        demand(REDIRECTION, redirect.httpRedirectCode(), "HTTP redirect code");
        var condition = rule.condition();
        if (condition != null) {
            if (condition.keyPrefixEquals() == null
                    && condition.httpErrorCodeReturnedEquals() == null) {
                throw S3Faults.invalidArgument(
                        "Condition cannot be empty. To redirect all requests without a condition,"
                                + " the condition element shouldn't be present.");
            }
            demand(ERROR, condition.httpErrorCodeReturnedEquals(), "HTTP error code");
        }
    }

    private static void demand(Pattern pattern, @Nullable String code, String what) {
        if (code != null && !pattern.matcher(code).matches()) {
            throw S3Faults.invalidRequest(
                    "The provided "
                            + what
                            + " ("
                            + code
                            + ") is not valid."
                            + (pattern == ERROR
                                    ? " Valid codes are 4XX or 5XX."
                                    : " Valid codes are 3XX except 300."));
        }
    }
}
