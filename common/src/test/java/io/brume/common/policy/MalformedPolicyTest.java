package io.brume.common.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no policy, and what its author is told. */
final class MalformedPolicyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[]; Policies must be valid JSON and the first byte must be '{'",
                "{'Statement':; Policies must be valid JSON and the first byte must be '{'",
                "{'Id':'a','Id':'b'}; Policies must be valid JSON and the first byte must be '{'",
                "{'Id':'a'} x; Policies must be valid JSON and the first byte must be '{'",
                "{}; Missing required field Statement",
                "{'Version':'2020-01-01'}; The policy must contain a valid version string",
                "{'Statement':[],'Colour':1}; Unknown field Colour",
                "{'Statement':[]}; Could not parse the policy: Statement is empty!",
                "{'Statement':[1]}; Invalid policy syntax.",
                "{'Statement':{'Sid':'a'}}; Missing required field Effect",
                "{'Statement':{'Effect':'allow'}}; Invalid effect: allow",
                "{'Statement':{'Effect':'Allow','Why':1}}; Unknown field Why",
                "{'Statement':{'Effect':'Allow'}}; Missing required field Principal",
                "{'Statement':{'Effect':'Allow','Principal':'ana'}}; Invalid principal in policy",
                "{'Statement':{'Effect':'Allow','Principal':{}}}; Invalid principal in policy",
                "{'Statement':{'Effect':'Allow','Principal':{'AWS':[]}}}; Invalid principal in"
                        + " policy",
                "{'Statement':{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111122223333:user/*'}}};"
                    + " Invalid principal in policy",
                "{'Statement':{'Effect':'Allow','Principal':'*'}}; Missing required field Action",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':[]}}; Missing required"
                        + " field Action",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'Get'}};"
                    + " Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:Get Object'}}; Policy"
                        + " has invalid action",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*'}}; Missing required"
                        + " field Resource",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','NotAction':'s3:*'}};"
                    + " A statement cannot have both Action and NotAction",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'bucket'}};"
                    + " Policy has invalid resource",
                "{'Version':'2012-10-17','Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::a/${aws:x'}};"
                    + " Invalid policy variable: it is not closed",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':[]}};"
                    + " Invalid policy syntax.",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'Same':{'a':'b'}}}};"
                    + " Invalid Condition type : Same",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'Some:Bool':{'a':'true'}}}};"
                    + " Invalid Condition type : Some:Bool",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'IpAddress':{'a':'10.0.0.0/33'}}}};"
                    + " Invalid condition value : 10.0.0.0/33",
                "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'Bool':{'a':{'b':1}}}}};"
                    + " Invalid policy syntax.",
            },
            quoteCharacter = '`')
    void isRefusedWithAReason(String json, String reason) {
        assertThatThrownBy(() -> Requests.parse(json))
                .isInstanceOf(MalformedPolicyException.class)
                .hasMessage(reason);
    }

    @Test
    void theBoundsHold() {
        var statement = "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}";
        assertThatThrownBy(() ->
                        Requests.parse("{'Statement':[" + statement + "]}" + " ".repeat(21_000)))
                .hasMessageContaining("exceeds the limit");
        assertThatThrownBy(() -> Requests.parse("{'Id':" + "[".repeat(5000) + "}"))
                .isInstanceOf(MalformedPolicyException.class);
        var many = "{'Statement':[" + (statement + ",").repeat(1000) + statement + "]}";
        assertThatThrownBy(
                        () -> Policy.parse(many.replace('\'', '"'), PolicyKind.RESOURCE, 1 << 20))
                .hasMessage("The policy has too many statements");
    }

    @Test
    void statementsHaveDifferentNames() {
        var statement = "{'Sid':'a','Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}";
        assertThatThrownBy(
                        () -> Requests.parse("{'Statement':[" + statement + "," + statement + "]}"))
                .hasMessage("Statement IDs (SID) in a single policy must be unique.");
    }

    @Test
    void eachKindHasItsFields() {
        var identity =
                "{\"Statement\":{\"Sid\":\"x\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}";
        var trust =
                "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\"}}";
        assertThat(Policy.parse(identity, PolicyKind.IDENTITY, 6144).statements()).hasSize(1);
        assertThat(Policy.parse(trust, PolicyKind.TRUST, 2048).statements()).hasSize(1);
        assertThatThrownBy(() -> Policy.parse(trust, PolicyKind.IDENTITY, 6144))
                .hasMessage("Policy document should not specify a principal.");
        assertThatThrownBy(() ->
                        Policy.parse(
                                trust.replace("}}", ",\"Resource\":\"*\"}}"),
                                PolicyKind.TRUST,
                                2048))
                .hasMessage("Has prohibited field Resource");
        assertThatThrownBy(() ->
                        Policy.parse(
                                identity.replace("\"x\"", "\"x y\""), PolicyKind.IDENTITY, 6144))
                .hasMessageContaining("must be alpha-numeric");
        assertThatThrownBy(() ->
                        Policy.parse(
                                identity.replace("\"Resource\":\"*\"", "\"Resource\":\"b\""),
                                PolicyKind.IDENTITY,
                                6144))
                .hasMessage("Resource b must be in ARN format or \"*\".");
    }
}
