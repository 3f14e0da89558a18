package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * A condition: one operator, one key, the values it is compared with. Immutable.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">
 * condition operators</a> and <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html">
 * keys with several values</a>.
 */
public final class Condition {
    private static final String IF_EXISTS = "ifexists";

    /** Which of a key's values in the request must be as demanded. */
    private enum Quantifier {
        ONE,
        ANY,
        ALL
    }

    private final String operator;
    private final boolean lenient;
    private final String key;
    private final List<String> values;
    private final Predicate<Context> holds;

    private Condition(
            String operator,
            boolean lenient,
            String key,
            List<String> values,
            Predicate<Context> holds) {
        this.operator = requireNonNull(operator);
        this.lenient = lenient;
        this.key = requireNonNull(key);
        this.values = List.copyOf(values);
        this.holds = requireNonNull(holds);
    }

    /**
     * @param written the operator with what stands before and after it: {@code
     *     ForAllValues:StringLikeIfExists}
     * @param variables whether the policy's version has variables
     * @throws MalformedPolicyException when there is no such operator, or a value is not of its
     *     type
     */
    static Condition of(String written, String key, List<String> values, boolean variables) {
        var lowerKey = key.toLowerCase(Locale.ROOT);
        var rest = written.toLowerCase(Locale.ROOT);
        var quantifier = Quantifier.ONE;
        if (rest.startsWith("forallvalues:")) {
            quantifier = Quantifier.ALL;
        } else if (rest.startsWith("foranyvalue:")) {
            quantifier = Quantifier.ANY;
        }
        boolean isQuantified = quantifier != Quantifier.ONE;
        rest = rest.substring(rest.indexOf(':') + 1);
        if (rest.equals("null") && !isQuantified) {
            return new Condition("Null", false, lowerKey, values, absence(lowerKey, values));
        }
        boolean ifExists = rest.endsWith(IF_EXISTS);
        if (ifExists) {
            rest = rest.substring(0, rest.length() - IF_EXISTS.length());
        }
        var operator =
                Operator.find(rest)
                        .filter(_ -> isQuantified == written.contains(":"))
                        .orElseThrow(() ->
                                new MalformedPolicyException(
                                        "Invalid Condition type : " + clip(written)));
        var tests = values.stream().map(value -> operator.test(value, variables)).toList();
        return new Condition(
                operator.spelled(),
                ifExists || quantifier == Quantifier.ALL || operator.isNegated(),
                lowerKey,
                values,
                comparison(operator, quantifier, ifExists, lowerKey, tests));
    }

    private static Predicate<Context> absence(String key, List<String> values) {
        var wanted = values.stream().map(value -> Operator.BOOL.test(value, false)).toList();
        return context -> {
            var absent = String.valueOf(context.values(key).isEmpty());
            return wanted.stream().anyMatch(test -> test.holds(absent, context));
        };
    }

    private static Predicate<Context> comparison(
            Operator operator,
            Quantifier quantifier,
            boolean ifExists,
            String key,
            List<ValueTest> tests) {
        return context -> {
            var actual = context.values(key);
            if (actual.isEmpty()) {
                return ifExists
                        || switch (quantifier) {
                            case ONE -> operator.isNegated();
                            case ANY -> false;
                            case ALL -> true;
                        };
            }
            Predicate<String> fits =
                    value ->
                            operator.isNegated()
                                    != tests.stream().anyMatch(test -> test.holds(value, context));
            return switch (quantifier) {
                // of a key that has several values although one was expected, none may be wrong
                case ONE ->
                        operator.isNegated()
                                ? actual.stream().allMatch(fits)
                                : actual.stream().anyMatch(fits);
                case ANY -> actual.stream().anyMatch(fits);
                case ALL -> actual.stream().allMatch(fits);
            };
        };
    }

    private static String clip(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    /** AWS's name of the comparison, without quantifier and {@code IfExists}. */
    public String operator() {
        return operator;
    }

    /** Whether it holds for a request that does not have the key. */
    public boolean isLenient() {
        return lenient;
    }

    /** In lower case. */
    public String key() {
        return key;
    }

    /** What the policy compares with, as it was written. */
    public List<String> values() {
        return values;
    }

    boolean holds(Context context) {
        return holds.test(context);
    }
}
