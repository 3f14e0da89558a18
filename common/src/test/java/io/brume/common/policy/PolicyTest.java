package io.brume.common.policy;

import static io.brume.common.policy.Requests.allows;
import static io.brume.common.policy.Requests.parse;
import static io.brume.common.policy.Requests.policy;
import static io.brume.common.policy.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, without conditions. */
final class PolicyTest {
    private static final String OBJECT = "arn:aws:s3:::pictures/a/b.png";

    @ParameterizedTest
    @CsvSource({
        "s3:GetObject, s3:GetObject, true",
        "S3:getobject, s3:GetObject, true",
        "s3:Get*, s3:GetObjectAcl, true",
        "s3:Get*, s3:PutObject, false",
        "s3:?etObject, s3:GetObject, true",
        "s3:GetObject, s3:GetObjectAcl, false",
        "*, s3:PutObject, true",
        "sqs:*, s3:PutObject, false",
    })
    void actionsAreMatchedInAnyCase(String pattern, String action, boolean allowed) {
        var policy = policy("'Action':'" + pattern + "'");
        assertThat(allows(policy, request(action, OBJECT, Map.of()))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:s3:::pictures/*, arn:aws:s3:::pictures/a/b.png, true",
        "arn:aws:s3:::pictures/*, arn:aws:s3:::pictures, false",
        "arn:aws:s3:::pictures*, arn:aws:s3:::pictures, true",
        "arn:aws:s3:::Pictures/*, arn:aws:s3:::pictures/a, false",
        "arn:aws:s3:::pictures/?, arn:aws:s3:::pictures/a, true",
        "arn:aws:s3:::pictures/?, arn:aws:s3:::pictures/ab, false",
        "arn:aws:s3:::pictures/*.png, arn:aws:s3:::pictures/a:b.png, true",
        "arn:aws:s3:::*, arn:aws:s3:::pictures/a, true",
        "arn:aws:s3*, arn:aws:s3:::pictures/a, true",
        "arn:aws:s*:pictures/a, arn:aws:s3:::pictures/a, false",
        "arn:*:*:*:*:pictures/a, arn:aws:s3:::pictures/a, true",
        "*, arn:aws:s3:::pictures/a, true",
    })
    void resourcesAreMatchedFieldByField(String pattern, String resource, boolean allowed) {
        var policy = policy("'Resource':'" + pattern + "'");
        assertThat(allows(policy, request("s3:GetObject", resource, Map.of()))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'*'; PRINCIPAL",
                "{'AWS':'*'}; PRINCIPAL",
                "{'AWS':'111122223333'}; ACCOUNT",
                "{'AWS':'arn:aws:iam::111122223333:root'}; ACCOUNT",
                "{'AWS':['444455556666','arn:aws:iam::111122223333:user/ana']}; PRINCIPAL",
                "{'AWS':'arn:aws:iam::111122223333:user/Ana'}; NOT",
                "{'AWS':'444455556666'}; NOT",
                "{'Service':'logging.s3.amazonaws.com'}; NOT",
                "{'Federated':'cognito-identity.amazonaws.com'}; NOT",
                "{'CanonicalUser':'0000000000000000000000000000000000000000000000000000000000000000'};"
                    + " NOT",
            })
    void aPrincipalIsNamedThemselvesOrByTheirAccount(String json, Principals.Naming naming) {
        var principals = policy("'Principal':" + json).statements().getFirst().principals();
        assertThat(principals.orElseThrow().names(Requests.ana())).isEqualTo(naming);
        var others = policy("'NotPrincipal':" + json).statements().getFirst().principals();
        assertThat(others.orElseThrow().names(Requests.ana()) == Principals.Naming.NOT)
                .isEqualTo(naming != Principals.Naming.NOT);
    }

    @Test
    void strangersAreOnlyMeantByTheStar() {
        var wanted = request(Principal.ANONYMOUS, "s3:GetObject", OBJECT, Map.of());
        assertThat(allows(policy("'Principal':'*'"), wanted)).isTrue();
        assertThat(allows(policy("'Principal':{'AWS':'111122223333'}"), wanted)).isFalse();
    }

    @Test
    void servicesAndCanonicalUsersAreMeantByTheirNames() {
        var service = new Principal("", Set.of(), Set.of("sns.amazonaws.com"), Set.of(), Set.of());
        assertThat(
                        allows(
                                policy("'Principal':{'Service':'sns.amazonaws.com'}"),
                                request(service, "s3:GetObject", OBJECT, Map.of())))
                .isTrue();
        var id = "ab".repeat(32);
        assertThat(
                        allows(
                                policy("'Principal':{'CanonicalUser':'" + id + "'}"),
                                request(
                                        Requests.ana().withCanonicalUser(id),
                                        "s3:GetObject",
                                        OBJECT,
                                        Map.of())))
                .isTrue();
    }

    @Test
    void whatForbidsOutweighsWhatAllowsAndBothAreNamed() {
        var policy =
                parse(
                        """
                        {'Version':'2012-10-17','Statement':[
                          {'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'s3:*','Resource':'*'},
                          {'Sid':'Open','Effect':'Allow','Principal':'*','Action':'s3:Get*','Resource':'*'},
                          {'Effect':'Deny','Principal':'*','Action':'s3:GetObject',
                           'Resource':'arn:aws:s3:::pictures/private/*'}]}\
                        """);
        assertThat(policy.evaluate(request("s3:PutObject", OBJECT, Map.of())))
                .isEqualTo(new Evaluation.Allow("#1", true));
        assertThat(policy.evaluate(request("s3:GetObject", OBJECT, Map.of())))
                .isEqualTo(new Evaluation.Allow("Open", false));
        assertThat(
                        policy.evaluate(
                                request(
                                        "s3:GetObject",
                                        "arn:aws:s3:::pictures/private/x",
                                        Map.of())))
                .isEqualTo(new Evaluation.ExplicitDeny("#3"));
        assertThat(policy.evaluate(request("sqs:SendMessage", OBJECT, Map.of())))
                .isEqualTo(Evaluation.IMPLICIT_DENY);
    }

    @Test
    void aNotSelectsAllButTheNamed() {
        var policy =
                policy(
                        "'NotAction':['s3:Delete*','s3:PutObject']",
                        "'NotResource':'arn:aws:s3:::x*'");
        assertThat(allows(policy, request("s3:GetObject", OBJECT, Map.of()))).isTrue();
        assertThat(allows(policy, request("s3:DeleteObject", OBJECT, Map.of()))).isFalse();
        assertThat(allows(policy, request("s3:GetObject", "arn:aws:s3:::xy", Map.of()))).isFalse();
    }

    @Test
    void variablesStandForTheRequestsValuesLiterally() {
        var policy = policy("'Resource':'arn:aws:s3:::home/${aws:username}/${$}{x}${*}*'");
        assertThat(
                        allows(
                                policy,
                                request(
                                        "s3:GetObject",
                                        "arn:aws:s3:::home/ana/${x}*y",
                                        Map.of("aws:UserName", "ana"))))
                .isTrue();
        assertThat(
                        allows(
                                policy,
                                request(
                                        "s3:GetObject",
                                        "arn:aws:s3:::home/ana/${x}*y",
                                        Map.of("aws:UserName", "*"))))
                .isFalse();
        assertThat(allows(policy, request("s3:GetObject", "arn:aws:s3:::home//${x}*", Map.of())))
                .isFalse();
    }

    @Test
    void aVariableMayHaveADefault() {
        var policy =
                Policy.parse(
                        """
                        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",
                         "Action":"*","Resource":"arn:aws:s3:::home/${aws:username, 'no:body'}"}}\
                        """,
                        PolicyKind.RESOURCE,
                        1000);
        var nobodys = request("s3:GetObject", "arn:aws:s3:::home/no:body", Map.of());
        var anas = request("s3:GetObject", "arn:aws:s3:::home/ana", Map.of("aws:username", "ana"));
        assertThat(allows(policy, nobodys)).isTrue();
        assertThat(allows(policy, anas)).isTrue();
    }

    @Test
    void theOldVersionHasNoVariables() {
        var policy =
                parse(
                        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*',"
                                + "'Resource':'arn:aws:s3:::home/${aws:username}'}}");
        var plain = request("s3:GetObject", "arn:aws:s3:::home/${aws:username}", Map.of());
        assertThat(allows(policy, plain)).isTrue();
    }
}
