package io.brume.common.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests and policies in few words. */
final class Requests {
    static final String ANA = "arn:aws:iam::111122223333:user/ana";

    private Requests() {}

    static Principal ana() {
        return Principal.of("111122223333", Set.of(ANA));
    }

    static AccessRequest request(String action, String resource, Map<String, String> context) {
        return request(ana(), action, resource, context);
    }

    static AccessRequest request(
            Principal who, String action, String resource, Map<String, String> context) {
        var values = new HashMap<String, List<String>>();
        context.forEach((key, value) -> values.put(key, List.of(value)));
        return new AccessRequest(who, action, resource, Context.of(values));
    }

    /** A statement that allows all to all, with what is given instead. JSON in single quotes. */
    static Policy policy(String... fields) {
        var json = new StringBuilder("{'Version':'2012-10-17','Statement':[{'Effect':'Allow'");
        for (var each : List.of("Principal", "Action", "Resource")) {
            boolean given = false;
            for (var field : fields) {
                given |=
                        field.startsWith("'" + each + "'") || field.startsWith("'Not" + each + "'");
            }
            if (!given) {
                json.append(",'").append(each).append("':'*'");
            }
        }
        for (var field : fields) {
            json.append(',').append(field);
        }
        return parse(json.append("}]}").toString());
    }

    static Policy parse(String json) {
        return Policy.parse(
                json.replace('\'', '"'), PolicyKind.RESOURCE, Policy.MAX_BYTES_OF_BUCKET);
    }

    static boolean allows(Policy policy, AccessRequest request) {
        return policy.evaluate(request) instanceof Evaluation.Allow;
    }
}
