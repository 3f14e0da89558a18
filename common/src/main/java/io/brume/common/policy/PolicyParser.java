package io.brume.common.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads policies, strictly: what is not understood is refused, since it might have forbidden. */
final class PolicyParser {
    private static final int DEPTH = 16;
    private static final int MAX_STATEMENTS = 1000;
    private static final String WITH_VARIABLES = "2012-10-17";
    private static final Set<String> VERSIONS = Set.of(WITH_VARIABLES, "2008-10-17");
    private static final Pattern ACTION = Pattern.compile("\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?-]+");
    private static final Pattern PLAIN_SID = Pattern.compile("[0-9A-Za-z]*");
    private static final Set<String> FIELDS = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT_FIELDS =
            Set.of(
                    "Sid",
                    "Effect",
                    "Principal",
                    "NotPrincipal",
                    "Action",
                    "NotAction",
                    "Resource",
                    "NotResource",
                    "Condition");

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH)
                                                    .maxNumberLength(64)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final PolicyKind kind;

    PolicyParser(PolicyKind kind) {
        this.kind = requireNonNull(kind);
    }

    /**
     * @throws MalformedPolicyException when it is no policy
     */
    Policy parse(String document, int maxBytes) {
        if (document.length() > maxBytes || document.getBytes(UTF_8).length > maxBytes) {
            throw new MalformedPolicyException(
                    "Normalized document size exceeds the limit of " + maxBytes + " bytes");
        }
        var root = json(document);
        demandKnown(root, FIELDS);
        var version = string(root, "Version").orElse("2008-10-17");
        if (!VERSIONS.contains(version)) {
            throw new MalformedPolicyException("The policy must contain a valid version string");
        }
        string(root, "Id");
        var statements = new ArrayList<Statement>();
        var sids = new HashSet<String>();
        for (var node : statements(root)) {
            var statement = statement(node, statements.size() + 1, version.equals(WITH_VARIABLES));
            if (!sids.add(statement.name())) {
                throw new MalformedPolicyException(
                        "Statement IDs (SID) in a single policy must be unique.");
            }
            statements.add(statement);
        }
        return new Policy(statements);
    }

    private static JsonNode json(String document) {
        if (!document.stripLeading().startsWith("{")) {
            throw notJson();
        }
        try {
            return JSON.readTree(document);
        } catch (JacksonException e) {
            throw notJson();
        }
    }

    private static MalformedPolicyException notJson() {
        return new MalformedPolicyException(
                "Policies must be valid JSON and the first byte must be '{'");
    }

    private static List<JsonNode> statements(JsonNode root) {
        var node = root.get("Statement");
        if (node == null) {
            throw missing("Statement");
        }
        var found = new ArrayList<JsonNode>();
        if (node.isArray()) {
            node.forEach(found::add);
        } else {
            found.add(node);
        }
        if (found.isEmpty()) {
            throw new MalformedPolicyException("Could not parse the policy: Statement is empty!");
        }
        if (found.size() > MAX_STATEMENTS) {
            throw new MalformedPolicyException("The policy has too many statements");
        }
        return found;
    }

    private Statement statement(JsonNode node, int number, boolean variables) {
        if (!node.isObject()) {
            throw new MalformedPolicyException("Invalid policy syntax.");
        }
        demandKnown(node, STATEMENT_FIELDS);
        return new Statement(
                sid(node).filter(sid -> !sid.isEmpty()).orElse("#" + number),
                effect(node),
                principals(node),
                actions(node),
                resources(node, variables),
                conditions(node, variables));
    }

    private Optional<String> sid(JsonNode node) {
        var sid = string(node, "Sid");
        if (kind == PolicyKind.IDENTITY
                && sid.filter(each -> !PLAIN_SID.matcher(each).matches()).isPresent()) {
            throw new MalformedPolicyException(
                    "Statement IDs (SID) must be alpha-numeric. Check"
                            + " that your input satisfies the regular expression [0-9A-Za-z]*");
        }
        return sid;
    }

    private static Effect effect(JsonNode node) {
        var effect = string(node, "Effect").orElseThrow(() -> missing("Effect"));
        return switch (effect) {
            case "Allow" -> Effect.ALLOW;
            case "Deny" -> Effect.DENY;
            default -> throw new MalformedPolicyException("Invalid effect: " + clip(effect));
        };
    }

    private Optional<Principals> principals(JsonNode node) {
        if (!kind.hasPrincipal()) {
            if (node.has("Principal") || node.has("NotPrincipal")) {
                throw new MalformedPolicyException(
                        "Policy document should not specify a principal.");
            }
            return Optional.empty();
        }
        var which = oneOf(node, "Principal", "NotPrincipal");
        return Optional.of(
                PrincipalParser.parse(which.startsWith("Not"), requireNonNull(node.get(which))));
    }

    private static Selection<ActionPattern> actions(JsonNode node) {
        var which = oneOf(node, "Action", "NotAction");
        var written = strings(node, which);
        for (var action : written) {
            if (!ACTION.matcher(action).matches()) {
                throw new MalformedPolicyException(
                        action.contains(":")
                                ? "Policy has invalid action"
                                : "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb,"
                                        + " ec2, etc.");
            }
        }
        return new Selection<>(
                which.startsWith("Not"), written.stream().map(ActionPattern::of).toList());
    }

    private Optional<Selection<ArnPattern>> resources(JsonNode node, boolean variables) {
        if (!kind.hasResource()) {
            if (node.has("Resource") || node.has("NotResource")) {
                throw new MalformedPolicyException("Has prohibited field Resource");
            }
            return Optional.empty();
        }
        var which = oneOf(node, "Resource", "NotResource");
        var written = strings(node, which);
        for (var resource : written) {
            if (!resource.startsWith("arn:") && !resource.startsWith("*")) {
                throw new MalformedPolicyException(
                        kind == PolicyKind.IDENTITY
                                ? "Resource " + clip(resource) + " must be in ARN format or \"*\"."
                                : "Policy has invalid resource");
            }
        }
        return Optional.of(
                new Selection<>(
                        which.startsWith("Not"),
                        written.stream().map(each -> ArnPattern.of(each, variables)).toList()));
    }

    private static List<Condition> conditions(JsonNode node, boolean variables) {
        var operators = node.get("Condition");
        if (operators == null) {
            return List.of();
        }
        demandObject(operators);
        var conditions = new ArrayList<Condition>();
        for (var operator : operators.properties()) {
            demandObject(operator.getValue());
            for (var key : operator.getValue().properties()) {
                conditions.add(
                        Condition.of(
                                operator.getKey(),
                                key.getKey(),
                                values(key.getValue()),
                                variables));
            }
        }
        return conditions;
    }

    /** Numbers and booleans may be written as such. */
    private static List<String> values(JsonNode node) {
        var values = new ArrayList<String>();
        for (var each : node.isArray() ? node : List.of(node)) {
            if (!each.isValueNode() || each.isNull()) {
                throw new MalformedPolicyException("Invalid policy syntax.");
            }
            values.add(each.asText());
        }
        return values;
    }

    private static String oneOf(JsonNode node, String field, String notField) {
        if (node.has(field) && node.has(notField)) {
            throw new MalformedPolicyException(
                    "A statement cannot have both " + field + " and " + notField);
        }
        if (!node.has(field) && !node.has(notField)) {
            throw missing(field);
        }
        return node.has(field) ? field : notField;
    }

    private static void demandKnown(JsonNode node, Set<String> fields) {
        for (var entry : node.properties()) {
            if (!fields.contains(entry.getKey())) {
                throw new MalformedPolicyException("Unknown field " + clip(entry.getKey()));
            }
        }
    }

    private static void demandObject(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            throw new MalformedPolicyException("Invalid policy syntax.");
        }
    }

    private static Optional<String> string(JsonNode node, String field) {
        var value = node.get(field);
        if (value != null && !value.isTextual()) {
            throw new MalformedPolicyException("Invalid policy syntax.");
        }
        return Optional.ofNullable(value).map(JsonNode::asText);
    }

    private static List<String> strings(JsonNode node, String field) {
        var found =
                PrincipalParser.strings(requireNonNull(node.get(field)))
                        .orElseThrow(() -> new MalformedPolicyException("Invalid policy syntax."));
        if (found.isEmpty()) {
            throw missing(field);
        }
        return found;
    }

    private static MalformedPolicyException missing(String field) {
        return new MalformedPolicyException("Missing required field " + field);
    }

    private static String clip(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
