package io.brume.common.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The comparisons that conditions are made of, without {@code Null}, which compares nothing. */
enum Operator {
    STRING_EQUALS("StringEquals", false, Operator::text),
    STRING_NOT_EQUALS("StringNotEquals", true, Operator::text),
    STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false, Operator::textInAnyCase),
    STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", true, Operator::textInAnyCase),
    STRING_LIKE("StringLike", false, Operator::pattern),
    STRING_NOT_LIKE("StringNotLike", true, Operator::pattern),
    NUMERIC_EQUALS("NumericEquals", false, number(order -> order == 0)),
    NUMERIC_NOT_EQUALS("NumericNotEquals", true, number(order -> order == 0)),
    NUMERIC_LESS_THAN("NumericLessThan", false, number(order -> order < 0)),
    NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", false, number(order -> order <= 0)),
    NUMERIC_GREATER_THAN("NumericGreaterThan", false, number(order -> order > 0)),
    NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", false, number(order -> order >= 0)),
    DATE_EQUALS("DateEquals", false, time(order -> order == 0)),
    DATE_NOT_EQUALS("DateNotEquals", true, time(order -> order == 0)),
    DATE_LESS_THAN("DateLessThan", false, time(order -> order < 0)),
    DATE_LESS_THAN_EQUALS("DateLessThanEquals", false, time(order -> order <= 0)),
    DATE_GREATER_THAN("DateGreaterThan", false, time(order -> order > 0)),
    DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", false, time(order -> order >= 0)),
    BOOL("Bool", false, Operator::bool),
    BINARY_EQUALS("BinaryEquals", false, Operator::binary),
    IP_ADDRESS("IpAddress", false, Operator::address),
    NOT_IP_ADDRESS("NotIpAddress", true, Operator::address),
    ARN_EQUALS("ArnEquals", false, Operator::arn),
    ARN_LIKE("ArnLike", false, Operator::arn),
    ARN_NOT_EQUALS("ArnNotEquals", true, Operator::arn),
    ARN_NOT_LIKE("ArnNotLike", true, Operator::arn);

    /** A value as a policy has it. */
    private record Written(String text, boolean variables) {}

    private static final Map<String, Operator> BY_NAME =
            Arrays.stream(values())
                    .collect(
                            Collectors.toMap(
                                    each -> each.spelled.toLowerCase(Locale.ROOT),
                                    Function.identity()));

    private final String spelled;
    private final boolean negated;
    private final Function<Written, ValueTest> test;

    Operator(String spelled, boolean negated, Function<Written, ValueTest> test) {
        this.spelled = spelled;
        this.negated = negated;
        this.test = test;
    }

    /** By its name in any case, as AWS's own examples have them. */
    static Optional<Operator> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    String spelled() {
        return spelled;
    }

    /** Whether it holds when none of the policy's values does. */
    boolean isNegated() {
        return negated;
    }

    /**
     * The comparison with a value of a policy, not negated.
     *
     * @param variables whether the policy's version has variables
     * @throws MalformedPolicyException when the value is not of the operator's type
     */
    ValueTest test(String value, boolean variables) {
        return test.apply(new Written(value, variables));
    }

    private static ValueTest text(Written written) {
        return template(written, new Template.Reading(false, written.variables, false));
    }

    private static ValueTest textInAnyCase(Written written) {
        return template(written, new Template.Reading(false, written.variables, true));
    }

    private static ValueTest pattern(Written written) {
        return template(written, new Template.Reading(true, written.variables, false));
    }

    private static ValueTest template(Written written, Template.Reading reading) {
        var template = Template.of(written.text, reading);
        return template::matches;
    }

    private static ValueTest arn(Written written) {
        var pattern = ArnPattern.of(written.text, written.variables);
        return pattern::matches;
    }

    private static Function<Written, ValueTest> number(IntPredicate order) {
        return written -> {
            var expected = ConditionValues.number(written.text).orElseThrow(() -> wrong(written));
            return (value, _) ->
                    ConditionValues.number(value)
                            .filter(number -> order.test(number.compareTo(expected)))
                            .isPresent();
        };
    }

    private static Function<Written, ValueTest> time(IntPredicate order) {
        return written -> {
            var expected = ConditionValues.time(written.text).orElseThrow(() -> wrong(written));
            return (value, _) ->
                    ConditionValues.time(value)
                            .filter(time -> order.test(time.compareTo(expected)))
                            .isPresent();
        };
    }

    private static ValueTest bool(Written written) {
        var expected = written.text.toLowerCase(Locale.ROOT);
        if (!expected.equals("true") && !expected.equals("false")) {
            throw wrong(written);
        }
        return (value, _) -> value.equalsIgnoreCase(expected);
    }

    private static ValueTest binary(Written written) {
        var expected = ConditionValues.binary(written.text).orElseThrow(() -> wrong(written));
        return (value, _) ->
                ConditionValues.binary(value)
                        .filter(bytes -> Arrays.equals(bytes, expected))
                        .isPresent();
    }

    private static ValueTest address(Written written) {
        var block = AddressBlock.parse(written.text).orElseThrow(() -> wrong(written));
        return (value, _) -> block.contains(value);
    }

    private static MalformedPolicyException wrong(Written written) {
        return new MalformedPolicyException("Invalid condition value : " + clip(written.text));
    }

    private static String clip(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
