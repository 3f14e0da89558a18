package io.brume.storage.object.s3.website;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.s3.CallTrace;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.RefusedException;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.config.WebsiteRules;
import io.brume.storage.object.s3.http.Answer;
import io.brume.storage.object.s3.operation.ObjectReads;
import io.brume.storage.object.s3.operation.S3Parts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Answers visitors of buckets' web sites, failures too. Thread-safe; may block.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html">hosting a static
 * website</a>.
 */
public final class Sites {
    private static final String REDIRECT = "x-amz-website-redirect-location";

    /** An error's page is given whole, whatever of the page that failed was asked for. */
    private static final Set<String> OF_ANOTHER_PAGE =
            Set.of(
                    "range",
                    "if-match",
                    "if-none-match",
                    "if-modified-since",
                    "if-unmodified-since");

    private final ObjectIndex index;
    private final ObjectReads reads;

    public Sites(S3Parts parts) {
        this.index = requireNonNull(parts.index());
        this.reads = new ObjectReads(parts);
    }

    /** Addresses below which buckets' sites are, if buckets are below these. */
    public static List<String> domains(List<String> domains, String region) {
        return domains.stream()
                .flatMap(domain ->
                        List.of("s3-website." + domain, "s3-website-" + region + "." + domain)
                                .stream())
                .toList();
    }

    /**
     * Answers.
     *
     * @param visitor a stranger
     * @param path decoded, without its first slash
     */
    public Answer answer(Caller visitor, String bucketName, String path) {
        try {
            demandReading(visitor.head());
            var bucket = bucket(bucketName);
            var rules =
                    WebsiteRules.of(bucket, visitor.secure())
                            .orElseThrow(() ->
                                    S3Faults.absent(
                                            "NoSuchWebsiteConfiguration",
                                            "The specified bucket does not have a website"
                                                    + " configuration"));
            return new Visit(visitor, bucket, rules, path).answer();
        } catch (Fault fault) {
            return ErrorPage.of(fault, Map.of("BucketName", bucketName), visitor);
        } catch (IndexFault fault) {
            return ErrorPage.of(S3Faults.of(fault), Map.of("BucketName", bucketName), visitor);
        }
    }

    private static void demandReading(HttpCall head) {
        if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
            throw S3Faults.methodNotAllowed();
        }
    }

    private Bucket bucket(String name) {
        var bucket =
                Optional.of(name)
                        .filter(BucketName::isValid)
                        .flatMap(valid -> index.bucket(new BucketName(valid)))
                        .orElseThrow(S3Faults::noSuchBucket);
        CallTrace.met(bucket);
        return bucket;
    }

    /** One visitor's way to a page. */
    private final class Visit {
        private final Caller visitor;
        private final Bucket bucket;
        private final WebsiteRules rules;
        private final String path;
        private final String host;

        Visit(Caller visitor, Bucket bucket, WebsiteRules rules, String path) {
            this.visitor = visitor;
            this.bucket = bucket;
            this.rules = rules;
            this.path = path;
            this.host = visitor.head().headers().getOrDefault("host", List.of("")).getFirst();
        }

        Answer answer() {
            return switch (rules.first(path, host)) {
                case WebsiteRules.Answer.Serve(var key) -> page(key);
                case WebsiteRules.Answer.Redirect redirect -> redirected(redirect);
                case WebsiteRules.Answer.ErrorPage page -> errorPage(page, S3Faults.noSuchKey());
                case WebsiteRules.Answer.PlainError plain ->
                        ErrorPage.of(S3Faults.noSuchKey(), Map.of("Key", path), visitor);
            };
        }

        private Answer page(String key) {
            try {
                var page = read(visitor, key);
                var elsewhere = page.headers().get(REDIRECT);
                if (elsewhere != null) {
                    page.discard();
                    return redirected(new WebsiteRules.Answer.Redirect(301, elsewhere));
                }
                return page;
            } catch (Fault fault) {
                return missed(key, fault);
            }
        }

        private Answer missed(String key, Fault fault) {
            if (rules.folderPage(path).filter(this::isThere).isPresent()) {
                return redirected((WebsiteRules.Answer.Redirect) WebsiteRules.withSlash(path));
            }
            return switch (rules.missed(path, host, fault.status())) {
                case WebsiteRules.Answer.Redirect redirect -> redirected(redirect);
                case WebsiteRules.Answer.ErrorPage page -> errorPage(page, fault);
                case WebsiteRules.Answer.Serve(var other) -> page(other);
                case WebsiteRules.Answer.PlainError plain ->
                        ErrorPage.of(fault, Map.of("Key", key), visitor);
            };
        }

        private Answer errorPage(WebsiteRules.Answer.ErrorPage page, Fault fault) {
            try {
                var read = read(whole(visitor), page.key());
                return new Answer(page.status(), read.headers(), read.content());
            } catch (Fault second) {
                return ErrorPage.of(fault, Map.of("Key", path), visitor);
            }
        }

        private boolean isThere(String key) {
            try {
                read(whole(visitor), key).discard();
                return true;
            } catch (Fault fault) {
                return false;
            }
        }

        private Answer read(Caller caller, String key) {
            try {
                return caller.call(() -> reads.read(bucket.name().value(), key, Query.parse("")));
            } catch (RefusedException refused) {
                throw refused.fault();
            }
        }

        private Answer redirected(WebsiteRules.Answer.Redirect redirect) {
            var headers = new LinkedHashMap<String, String>();
            headers.put("Location", redirect.location());
            return Answer.empty(redirect.status(), headers);
        }
    }

    private static Caller whole(Caller visitor) {
        var headers = new HashMap<>(visitor.head().headers());
        headers.keySet().removeIf(name -> OF_ANOTHER_PAGE.contains(name.toLowerCase(Locale.ROOT)));
        var head = visitor.head();
        return visitor.with(
                new HttpCall(head.method(), head.path(), head.query(), headers, head.body()));
    }
}
