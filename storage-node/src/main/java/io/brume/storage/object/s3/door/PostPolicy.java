package io.brume.storage.object.s3.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.brume.common.aws.Fault;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the owner of a signature lets a browser's form hold. Immutable.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html">POST
 * policy</a>.
 *
 * @param least bytes of the file
 * @param most bytes of the file
 */
record PostPolicy(Instant expiration, List<Rule> rules, long least, long most) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FREE =
            Set.of("policy", "x-amz-signature", "signature", "awsaccesskeyid", "file");

    /** What one field must be. */
    record Rule(String field, String value, boolean prefix) {
        boolean holds(Map<String, String> fields) {
            var given = fields.getOrDefault(field, "");
            return prefix ? given.startsWith(value) : given.equals(value);
        }

        @Override
        public String toString() {
            return "[\""
                    + (prefix ? "starts-with" : "eq")
                    + "\", \"$"
                    + field
                    + "\", \""
                    + value
                    + "\"]";
        }
    }

    PostPolicy {
        rules = List.copyOf(rules);
    }

    /**
     * Reads the form's field.
     *
     * @throws Fault {@code InvalidPolicyDocument}
     */
    static PostPolicy parse(String base64) {
        try {
            var text = new String(Base64.getMimeDecoder().decode(base64), UTF_8);
            return read(JSON.readTree(text));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw invalid("the document cannot be read");
        }
    }

    private static PostPolicy read(JsonNode document) {
        if (document == null || !document.isObject() || !document.path("conditions").isArray()) {
            throw invalid("it has no conditions");
        }
        var rules = new ArrayList<Rule>();
        long least = 0;
        long most = Long.MAX_VALUE;
        for (var condition : document.path("conditions")) {
            if (condition.isObject()) {
                condition
                        .properties()
                        .forEach(each ->
                                rules.add(
                                        new Rule(
                                                lower(each.getKey()),
                                                each.getValue().asText(),
                                                false)));
            } else if (isLength(condition)) {
                least = condition.get(1).asLong();
                most = condition.get(2).asLong();
            } else {
                rules.add(rule(condition));
            }
        }
        return new PostPolicy(
                Instant.parse(document.path("expiration").asText()), rules, least, most);
    }

    private static boolean isLength(JsonNode condition) {
        return condition.size() == 3 && condition.get(0).asText().equals("content-length-range");
    }

    private static Rule rule(JsonNode condition) {
        var operator = lower(condition.path(0).asText());
        var field = condition.path(1).asText();
        if (condition.size() != 3
                || !field.startsWith("$")
                || !(operator.equals("eq") || operator.equals("starts-with"))) {
            throw invalid("a condition cannot be read");
        }
        return new Rule(
                lower(field.substring(1)),
                condition.get(2).asText(),
                operator.equals("starts-with"));
    }

    /**
     * Holds a form against it.
     *
     * @param fields by lower-case name, the bucket among them
     * @throws Fault {@code AccessDenied}
     */
    void demand(Map<String, String> fields, Instant now) {
        if (!expiration.isAfter(now)) {
            throw denied("Policy expired.");
        }
        for (var rule : rules) {
            if (!rule.holds(fields)) {
                throw denied("Policy Condition failed: " + rule);
            }
        }
        var named = new HashSet<String>(FREE);
        rules.forEach(rule -> named.add(rule.field()));
        for (var field : fields.keySet()) {
            if (!named.contains(field)
                    && !field.startsWith("x-ignore-")
                    && !field.equals("bucket")) {
                throw denied("Extra input fields: " + field);
            }
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static Fault denied(String why) {
        return Fault.denied("AccessDenied", "Invalid according to Policy: " + why);
    }

    private static Fault invalid(String why) {
        return Fault.invalid("InvalidPolicyDocument", "Invalid Policy: " + why + ".");
    }
}
