package io.brume.common.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The comparisons that conditions are made of, without {@code Null}, which compares nothing. */
enum Operator {
    STRING_EQUALS("StringEquals", false, Type.TEXT),
    STRING_NOT_EQUALS("StringNotEquals", true, Type.TEXT),
    STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false, Type.TEXT_IN_ANY_CASE),
    STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", true, Type.TEXT_IN_ANY_CASE),
    STRING_LIKE("StringLike", false, Type.PATTERN),
    STRING_NOT_LIKE("StringNotLike", true, Type.PATTERN),
    NUMERIC_EQUALS("NumericEquals", false, Type.NUMBER),
    NUMERIC_NOT_EQUALS("NumericNotEquals", true, Type.NUMBER),
    NUMERIC_LESS_THAN("NumericLessThan", Type.NUMBER, Order.LESS),
    NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", Type.NUMBER, Order.LESS_OR_EQUAL),
    NUMERIC_GREATER_THAN("NumericGreaterThan", Type.NUMBER, Order.GREATER),
    NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", Type.NUMBER, Order.GREATER_OR_EQUAL),
    DATE_EQUALS("DateEquals", false, Type.TIME),
    DATE_NOT_EQUALS("DateNotEquals", true, Type.TIME),
    DATE_LESS_THAN("DateLessThan", Type.TIME, Order.LESS),
    DATE_LESS_THAN_EQUALS("DateLessThanEquals", Type.TIME, Order.LESS_OR_EQUAL),
    DATE_GREATER_THAN("DateGreaterThan", Type.TIME, Order.GREATER),
    DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", Type.TIME, Order.GREATER_OR_EQUAL),
    BOOL("Bool", false, Type.BOOLEAN),
    BINARY_EQUALS("BinaryEquals", false, Type.BINARY),
    IP_ADDRESS("IpAddress", false, Type.ADDRESS),
    NOT_IP_ADDRESS("NotIpAddress", true, Type.ADDRESS),
    ARN_EQUALS("ArnEquals", false, Type.ARN),
    ARN_LIKE("ArnLike", false, Type.ARN),
    ARN_NOT_EQUALS("ArnNotEquals", true, Type.ARN),
    ARN_NOT_LIKE("ArnNotLike", true, Type.ARN);

    private enum Type {
        TEXT,
        TEXT_IN_ANY_CASE,
        PATTERN,
        NUMBER,
        TIME,
        BOOLEAN,
        BINARY,
        ADDRESS,
        ARN
    }

    /** What a comparison must come to, of numbers and times. */
    private enum Order {
        EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        boolean holds(int comparison) {
            return switch (this) {
                case EQUAL -> comparison == 0;
                case LESS -> comparison < 0;
                case LESS_OR_EQUAL -> comparison <= 0;
                case GREATER -> comparison > 0;
                case GREATER_OR_EQUAL -> comparison >= 0;
            };
        }
    }

    private static final Map<String, Operator> BY_NAME =
            Arrays.stream(values())
                    .collect(
                            Collectors.toMap(
                                    each -> each.spelled.toLowerCase(Locale.ROOT),
                                    Function.identity()));

    private final String spelled;
    private final boolean negated;
    private final Type type;
    private final Order order;

    Operator(String spelled, boolean negated, Type type) {
        this.spelled = spelled;
        this.negated = negated;
        this.type = type;
        this.order = Order.EQUAL;
    }

    Operator(String spelled, Type type, Order order) {
        this.spelled = spelled;
        this.negated = false;
        this.type = type;
        this.order = order;
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
        return switch (type) {
            case TEXT -> template(value, new Template.Reading(false, variables, false));
            case TEXT_IN_ANY_CASE -> template(value, new Template.Reading(false, variables, true));
            case PATTERN -> template(value, new Template.Reading(true, variables, false));
            case ARN -> ArnPattern.of(value, variables)::matches;
            case NUMBER -> ordered(value, ConditionValues::number);
            case TIME -> ordered(value, ConditionValues::time);
            case BOOLEAN -> bool(value);
            case BINARY -> binary(value);
            case ADDRESS -> address(value);
        };
    }

    private static ValueTest template(String written, Template.Reading reading) {
        return Template.of(written, reading)::matches;
    }

    private <T extends Comparable<T>> ValueTest ordered(
            String written, Function<String, Optional<T>> parse) {
        var expected = parse.apply(written).orElseThrow(() -> wrong(written));
        return (value, _) ->
                parse.apply(value)
                        .filter(actual -> order.holds(actual.compareTo(expected)))
                        .isPresent();
    }

    private static ValueTest bool(String written) {
        var expected = written.toLowerCase(Locale.ROOT);
        if (!expected.equals("true") && !expected.equals("false")) {
            throw wrong(written);
        }
        return (value, _) -> value.equalsIgnoreCase(expected);
    }

    private static ValueTest binary(String written) {
        var expected = ConditionValues.binary(written).orElseThrow(() -> wrong(written));
        return (value, _) ->
                ConditionValues.binary(value)
                        .filter(bytes -> Arrays.equals(bytes, expected))
                        .isPresent();
    }

    private static ValueTest address(String written) {
        var block = AddressBlock.parse(written).orElseThrow(() -> wrong(written));
        return (value, _) -> block.contains(value);
    }

    private static MalformedPolicyException wrong(String written) {
        return new MalformedPolicyException(
                "Invalid condition value : "
                        + (written.length() <= 64 ? written : written.substring(0, 64) + "..."));
    }
}
