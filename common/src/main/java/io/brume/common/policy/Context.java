package io.brume.common.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is known of a request beside principal, action and resource: its condition keys. */
@FunctionalInterface
public interface Context {
    /**
     * The values of a key; empty = the request has no such key. Called only for keys that a policy
     * names, so that an answer may cost something; it must not change during an evaluation.
     *
     * @param key in lower case, since the case of keys does not count: {@code aws:sourceip}
     */
    List<String> values(String key);

    /** From a map whose keys are in any case. */
    static Context of(Map<String, List<String>> values) {
        var byKey = new HashMap<String, List<String>>();
        values.forEach((key, each) -> byKey.put(key.toLowerCase(Locale.ROOT), List.copyOf(each)));
        return key -> byKey.getOrDefault(key, List.of());
    }
}
