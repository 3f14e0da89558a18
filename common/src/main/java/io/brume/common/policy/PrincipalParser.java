package io.brume.common.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads whom a statement is about. */
final class PrincipalParser {
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern ROOT = Pattern.compile("arn:aws[a-z-]*:iam::([0-9]{12}):root");
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:(iam::[0-9]{12}:(user|role)|sts::[0-9]{12}:"
                            + "(assumed-role|federated-user))/[^*?\\s]{1,600}");
    private static final Pattern CANONICAL_USER = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SERVICE = Pattern.compile("(?=[^.]*\\.)[a-z0-9.-]{3,128}");
    private static final Pattern FEDERATED = Pattern.compile("[^\\s*?]{1,256}");

    private final HashSet<String> accounts = new HashSet<>();
    private final HashSet<String> arns = new HashSet<>();
    private final HashSet<String> services = new HashSet<>();
    private final HashSet<String> federated = new HashSet<>();
    private final HashSet<String> canonicalUsers = new HashSet<>();
    private boolean anyone;

    private PrincipalParser() {}

    /**
     * @throws MalformedPolicyException when it names nobody, or nobody that there can be
     */
    static Principals parse(boolean negated, JsonNode node) {
        var parser = new PrincipalParser();
        if (node.isTextual() && node.asText().equals("*")) {
            parser.anyone = true;
        } else if (node.isObject() && !node.isEmpty()) {
            for (var entry : node.properties()) {
                var names = strings(entry.getValue()).orElseThrow(PrincipalParser::invalid);
                if (names.isEmpty()) {
                    throw invalid();
                }
                names.forEach(name -> parser.add(entry.getKey(), name));
            }
        } else {
            throw invalid();
        }
        return new Principals(
                negated,
                parser.anyone,
                parser.accounts,
                parser.arns,
                parser.services,
                parser.federated,
                parser.canonicalUsers);
    }

    private void add(String type, String name) {
        switch (type) {
            case "AWS" -> aws(name);
            case "Service" -> services.add(demand(SERVICE, name));
            case "Federated" -> federated.add(demand(FEDERATED, name));
            case "CanonicalUser" -> canonicalUsers.add(demand(CANONICAL_USER, name));
            default -> throw invalid();
        }
    }

    private void aws(String name) {
        var root = ROOT.matcher(name);
        if (name.equals("*")) {
            anyone = true;
        } else if (ACCOUNT.matcher(name).matches()) {
            accounts.add(name);
        } else if (root.matches()) {
            accounts.add(root.group(1));
        } else {
            arns.add(demand(ARN, name));
        }
    }

    private static String demand(Pattern pattern, String name) {
        if (!pattern.matcher(name).matches()) {
            throw invalid();
        }
        return name;
    }

    private static MalformedPolicyException invalid() {
        return new MalformedPolicyException("Invalid principal in policy");
    }

    /** A string, or a list of them; empty when it is neither. */
    static Optional<List<String>> strings(JsonNode node) {
        if (node.isTextual()) {
            return Optional.of(List.of(node.asText()));
        }
        if (!node.isArray()) {
            return Optional.empty();
        }
        var found = new ArrayList<String>();
        for (var each : node) {
            if (!each.isTextual()) {
                return Optional.empty();
            }
            found.add(each.asText());
        }
        return Optional.of(found);
    }
}
