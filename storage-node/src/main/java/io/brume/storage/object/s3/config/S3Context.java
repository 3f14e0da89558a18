package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.policy.Context;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.Query;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys of a request for S3.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys">
 * condition keys of Amazon S3</a>, <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html">
 * global condition keys</a>.
 */
final class S3Context implements Context {
    private static final String HEADER = "s3:x-amz-";
    private static final String EXISTING_TAG = "s3:existingobjecttag/";
    private static final String REQUEST_TAG = "s3:requestobjecttag/";
    private static final String GLOBAL = "aws:";

    /**
     * Keys of S3 beside headers and tags. Some are never there, since what they are about is not.
     */
    private static final Set<String> KEYS =
            Set.of(
                    "s3:accessgrantsinstancearn",
                    "s3:accesspointnetworkorigin",
                    "s3:authtype",
                    "s3:dataaccesspointaccount",
                    "s3:dataaccesspointarn",
                    "s3:delimiter",
                    "s3:if-match",
                    "s3:if-none-match",
                    "s3:locationconstraint",
                    "s3:max-keys",
                    "s3:object-lock-legal-hold",
                    "s3:object-lock-mode",
                    "s3:object-lock-remaining-retention-days",
                    "s3:object-lock-retain-until-date",
                    "s3:objectcreationoperation",
                    "s3:prefix",
                    "s3:requestobjecttagkeys",
                    "s3:resourceaccount",
                    "s3:signatureage",
                    "s3:signatureversion",
                    "s3:tlsversion",
                    "s3:versionid");

    private final Caller caller;
    private final Bucket bucket;
    private final AccessContext access;
    private final Instant now;
    private final Query query;

    S3Context(Caller caller, Bucket bucket, AccessContext access, Instant now) {
        this.caller = requireNonNull(caller);
        this.bucket = requireNonNull(bucket);
        this.access = requireNonNull(access);
        this.now = requireNonNull(now);
        this.query = Query.parse(caller.head().query());
    }

    /** Whether a policy may have this key, which is in lower case. */
    static boolean isKey(String key) {
        return key.startsWith(GLOBAL)
                || key.startsWith(HEADER)
                || key.startsWith(EXISTING_TAG)
                || key.startsWith(REQUEST_TAG)
                || KEYS.contains(key);
    }

    @Override
    public List<String> values(String key) {
        if (key.startsWith(GLOBAL)) {
            return global(key);
        }
        if (key.startsWith(HEADER)) {
            return header(key.substring(3));
        }
        if (key.startsWith(EXISTING_TAG)) {
            var name = key.substring(EXISTING_TAG.length());
            return access.object()
                    .get()
                    .map(version -> tag(version.tags(), name))
                    .orElse(List.of());
        }
        if (key.startsWith(REQUEST_TAG)) {
            return tag(access.requestTags(), key.substring(REQUEST_TAG.length()));
        }
        return own(key);
    }

    private List<String> global(String key) {
        return switch (key) {
            case "aws:sourceip" -> List.of(caller.sourceIp());
            case "aws:securetransport" -> List.of(String.valueOf(caller.secure()));
            case "aws:principalaccount" -> account(caller.account());
            case "aws:principalarn" -> caller.arn().isEmpty() ? List.of() : List.of(caller.arn());
            case "aws:principaltype" ->
                    List.of(caller.account().isEmpty() ? "Anonymous" : principalType());
            case "aws:userid" ->
                    caller.arn().endsWith(":root") ? account(caller.account()) : List.of();
            case "aws:username" -> userName();
            case "aws:resourceaccount" -> account(Optional.of(bucket.owner()));
            case "aws:requestedregion" ->
                    bucket.region().isEmpty() ? List.of() : List.of(bucket.region());
            case "aws:currenttime" -> List.of(now.toString());
            case "aws:epochtime" -> List.of(String.valueOf(now.getEpochSecond()));
            case "aws:useragent" -> optional(caller.head().header("user-agent"));
            case "aws:referer" -> optional(caller.head().header("referer"));
            case "aws:viaawsservice", "aws:principalisawsservice" -> List.of("false");
            default -> List.of();
        };
    }

    private String principalType() {
        return caller.arn().endsWith(":root")
                ? "Account"
                : caller.arn().contains(":user/") ? "User" : "AssumedRole";
    }

    private List<String> userName() {
        int user = caller.arn().indexOf(":user/");
        return user < 0
                ? List.of()
                : List.of(caller.arn().substring(caller.arn().lastIndexOf('/') + 1));
    }

    private List<String> own(String key) {
        return switch (key) {
            case "s3:prefix" -> parameter("prefix");
            case "s3:delimiter" -> parameter("delimiter");
            case "s3:max-keys" -> parameter("max-keys");
            case "s3:versionid" -> parameter("versionId");
            case "s3:if-match" -> optional(caller.head().header("if-match"));
            case "s3:if-none-match" -> optional(caller.head().header("if-none-match"));
            case "s3:authtype" ->
                    caller.authType().isEmpty() ? List.of() : List.of(caller.authType());
            case "s3:signatureversion" -> signatureVersion();
            case "s3:signatureage" -> signatureAge();
            case "s3:resourceaccount" -> account(Optional.of(bucket.owner()));
            case "s3:requestobjecttagkeys" -> List.copyOf(access.requestTags().keySet());
            case "s3:object-lock-mode" -> header("x-amz-object-lock-mode");
            case "s3:object-lock-legal-hold" -> header("x-amz-object-lock-legal-hold");
            case "s3:object-lock-retain-until-date" ->
                    header("x-amz-object-lock-retain-until-date");
            case "s3:object-lock-remaining-retention-days" -> remainingRetention();
            default -> List.of();
        };
    }

    private List<String> signatureVersion() {
        if (caller.authType().isEmpty()) {
            return List.of();
        }
        var authorization = caller.head().header("authorization");
        boolean old =
                authorization != null
                        ? authorization.startsWith("AWS ")
                        : query.has("AWSAccessKeyId");
        return List.of(old ? "AWS" : "AWS4-HMAC-SHA256");
    }

    /** In milliseconds, since when the request was signed. */
    private List<String> signatureAge() {
        return header("x-amz-date").stream()
                .flatMap(text -> stamp(text).stream())
                .map(signed -> String.valueOf(Duration.between(signed, now).toMillis()))
                .toList();
    }

    private static Optional<Instant> stamp(String text) {
        try {
            return Optional.of(
                    DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private List<String> remainingRetention() {
        return header("x-amz-object-lock-retain-until-date").stream()
                .flatMap(text -> until(text).stream())
                .map(until -> String.valueOf(Duration.between(now, until).toDays()))
                .toList();
    }

    private static Optional<Instant> until(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** A header, or the parameter of a presigned URL that stands for it. */
    private List<String> header(String name) {
        var header = caller.head().header(name);
        if (header != null) {
            return List.of(header);
        }
        return query.has(name) ? parameter(name) : parameter(upper(name));
    }

    /** {@code X-Amz-Date}: as presigned URLs spell it. */
    private static String upper(String name) {
        var out = new StringBuilder(name);
        for (int i = 0; i < out.length(); i++) {
            if (i == 0 || out.charAt(i - 1) == '-') {
                out.setCharAt(i, Character.toUpperCase(out.charAt(i)));
            }
        }
        return out.toString();
    }

    private List<String> parameter(String name) {
        return query.get(name).map(List::of).orElse(List.of());
    }

    private static List<String> optional(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }

    private static List<String> account(Optional<AccountId> account) {
        return account.map(each -> List.of(each.value())).orElse(List.of());
    }

    /** The key's case does not count in policies, whereas that of a tag does. */
    private static List<String> tag(Map<String, String> tags, String lowerName) {
        return tags.entrySet().stream()
                .filter(tag -> tag.getKey().toLowerCase(Locale.ROOT).equals(lowerName))
                .map(Map.Entry::getValue)
                .toList();
    }
}
