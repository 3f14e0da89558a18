package io.brume.common.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operator, with values that fit, that do not, and that are not there. */
final class ConditionTest {
    @ParameterizedTest(name = "{0} {1} of {2}")
    @CsvSource(
            nullValues = "-",
            delimiter = ';',
            value = {
                // operator; policy's values; request's values; holds
                "StringEquals; a; a; true",
                "StringEquals; a; A; false",
                "StringEquals; a|b; b; true",
                "StringEquals; a*; a*; true",
                "StringEquals; a*; ab; false",
                "StringEquals; a; -; false",
                "StringEqualsIfExists; a; -; true",
                "StringEqualsIfExists; a; b; false",
                "StringNotEquals; a; b; true",
                "StringNotEquals; a|b; b; false",
                "StringNotEquals; a; -; true",
                "StringNotEqualsIfExists; a; -; true",
                "StringEqualsIgnoreCase; a; A; true",
                "StringNotEqualsIgnoreCase; a; A; false",
                "StringLike; a*c?; abbcd; true",
                "StringLike; a*; b; false",
                "StringNotLike; a*; b; true",
                "StringNotLike; a*; ab; false",
                "stringLike; a*; ab; true",
                "NumericEquals; 10; 10.0; true",
                "NumericEquals; 10; ten; false",
                "NumericNotEquals; 10; 11; true",
                "NumericNotEquals; 10; ten; true",
                "NumericLessThan; 10; 9; true",
                "NumericLessThan; 10; 10; false",
                "NumericLessThanEquals; 10; 10; true",
                "NumericGreaterThan; 10; 11; true",
                "NumericGreaterThanEquals; 10; 9; false",
                "DateEquals; 2026-01-01; 2026-01-01T00:00:00Z; true",
                "DateNotEquals; 2026-01-01; 2026-01-02; true",
                "DateLessThan; 2026-01-01T00:00:00Z; 2025-12-31T23:59:59Z; true",
                "DateLessThanEquals; 2026-01-01T00:00:00Z; 2026-01-01T01:00:00+01:00; true",
                "DateGreaterThan; 2026-01-01T00:00:00Z; 1767225601; true",
                "DateGreaterThanEquals; 2026-01-01T00:00:00Z; yesterday; false",
                "Bool; true; true; true",
                "Bool; True; true; true",
                "Bool; false; true; false",
                "Bool; false; -; false",
                "BoolIfExists; false; -; true",
                "BinaryEquals; QQ==; QQ==; true",
                "BinaryEquals; QQ==; Qg==; false",
                "IpAddress; 10.0.0.0/8; 10.200.1.1; true",
                "IpAddress; 10.0.0.0/8; 11.0.0.1; false",
                "IpAddress; 10.0.0.1; 10.0.0.1; true",
                "IpAddress; 10.0.0.0/9|192.0.2.0/31; 192.0.2.1; true",
                "IpAddress; 0.0.0.0/0; 2001:db8::1; false",
                "IpAddress; 2001:db8::/33; 2001:db8:7fff::1; true",
                "IpAddress; 2001:db8::/33; 2001:db8:8000::1; false",
                "IpAddress; 10.0.0.0/8; somewhere; false",
                "NotIpAddress; 10.0.0.0/8; 11.0.0.1; true",
                "NotIpAddress; 10.0.0.0/8; 10.0.0.1; false",
                "ArnEquals; arn:aws:s3:::a*; arn:aws:s3:::ab; true",
                "ArnLike; arn:aws:s3:*:*:a; arn:aws:s3:::a; true",
                "ArnLike; arn:aws:s*:a; arn:aws:s3:::a; false",
                "ArnNotEquals; arn:aws:s3:::a; arn:aws:s3:::b; true",
                "ArnNotLike; arn:aws:s3:::*; arn:aws:s3:::b; false",
                "Null; true; -; true",
                "Null; true; a; false",
                "Null; false; a; true",
                "Null; false; -; false",
                "ForAllValues:StringEquals; a|b; a,b,a; true",
                "ForAllValues:StringEquals; a|b; a,c; false",
                "ForAllValues:StringEquals; a|b; -; true",
                "ForAllValues:StringNotEquals; a; b,c; true",
                "ForAllValues:StringNotEquals; a; b,a; false",
                "ForAnyValue:StringEquals; a|b; c,a; true",
                "ForAnyValue:StringEquals; a|b; c,d; false",
                "ForAnyValue:StringEquals; a|b; -; false",
                "ForAnyValue:StringEqualsIfExists; a|b; -; true",
                "ForAnyValue:StringNotEquals; a; a,b; true",
                "ForAnyValue:StringNotEquals; a; a; false",
                "ForAnyValue:StringNotEquals; a; -; false",
                "forAnyValue:stringLike; a*; b,ab; true",
            })
    void operators(String operator, String expected, String actual, boolean holds) {
        var condition = Condition.of(operator, "My:Key", List.of(expected.split("\\|")), true);
        Map<String, List<String>> values =
                actual == null ? Map.of() : Map.of("mY:kEY", List.of(actual.split(",")));
        assertThat(condition.holds(Context.of(values))).isEqualTo(holds);
    }
}
