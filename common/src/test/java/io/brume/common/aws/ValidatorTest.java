package io.brume.common.aws;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.iam.model.CreateUserRequest;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;

final class ValidatorTest {
    static final java.util.Set<String> SERVICES = Contracts.ALL.keySet();

    private static Validator validator(String service) {
        var contract = requireNonNull(Contracts.ALL.get(service));
        return new Validator(Api.of(service, contract));
    }

    private static Fault fault(String service, SdkPojo request) {
        return ServiceTest.fault(() -> validator(service).validate(request));
    }

    @Test
    void namesTheMissingParameterOfEc2() {
        var fault = fault("ec2", CreateKeyPairRequest.builder().build());
        assertThat(fault.code()).isEqualTo("MissingParameter");
        assertThat(fault).hasMessage("The request must contain the parameter KeyName");
    }

    @Test
    void namesTheParameterOutOfBoundsOfEc2() {
        var fault = fault("ec2", DescribeInstanceTypesRequest.builder().maxResults(101).build());
        assertThat(fault.code()).isEqualTo("InvalidParameterValue");
        assertThat(fault)
                .hasMessage(
                        "Value (101) for parameter MaxResults is invalid. Member must have value"
                                + " less than or equal to 100");
    }

    @Test
    void listsAllMistakesElsewhere() {
        var request =
                CreateUserRequest.builder()
                        .userName("no spaces")
                        .path("x")
                        .tags(Tag.builder().key("k").build())
                        .build();
        var fault = fault("iam", request);
        assertThat(fault.code()).isEqualTo("ValidationError");
        assertThat(fault.getMessage())
                .startsWith("3 validation errors detected: ")
                .contains("Value 'x' at 'path' failed to satisfy constraint: Member must satisfy")
                .contains("Value 'no spaces' at 'userName' failed to satisfy constraint:")
                .contains("Value null at 'tags.1.value' failed to satisfy constraint: Member must")
                .contains("; ");
    }

    @Test
    void looksIntoStructures() {
        var request =
                CreateTableRequest.builder()
                        .tableName("table")
                        .keySchema(KeySchemaElement.builder().attributeName("a").build())
                        .build();
        var fault = fault("dynamodb", request);
        assertThat(fault.code()).isEqualTo("ValidationException");
        assertThat(fault.getMessage()).contains("null at 'keySchema.1.keyType'");
    }

    @Test
    void letsAFineRequestThrough() {
        validator("iam")
                .validate(CreateUserRequest.builder().userName("a+b@c").path("/a/").build());
        validator("ec2").validate(CreateKeyPairRequest.builder().keyName("k").build());
    }

    @Test
    void doesNotRepeatASecretsWholeValue() {
        var request =
                CreateGrantRequest.builder()
                        .keyId("k")
                        .granteePrincipal("x".repeat(100_000))
                        .operationsWithStrings("Encrypt")
                        .build();
        assertThat(fault("kms", request).getMessage()).hasSizeLessThan(500);
    }

    @ParameterizedTest
    @CsvSource({
        "rds,MissingParameter,InvalidParameterValue",
        "sns,InvalidParameter,InvalidParameter",
        "ecs,InvalidParameterException,InvalidParameterException",
        "lambda,ValidationException,ValidationException",
        "sts,ValidationError,ValidationError",
        "s3,InvalidRequest,InvalidArgument",
        "ec2,MissingParameter,InvalidParameterValue"
    })
    void usesEachServicesCodes(String service, String missing, String invalid) {
        var contract = requireNonNull(Contracts.ALL.get(service));
        var api = Api.of(service, contract);
        assertThat(api.missingCode()).isEqualTo(missing);
        assertThat(api.invalidCode()).isEqualTo(invalid);
    }

    /** The patterns were written for another language's regular expressions. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void knowsOnlyPatternsThatJavaReads(String service) {
        var facts = ServiceFacts.load(service);
        facts.allConstraints().forEach(ValidatorTest::compile);
    }

    private static void compile(Constraint constraint) {
        if (constraint.pattern() != null) {
            assertThat(Pattern.compile(constraint.pattern())).isNotNull();
        }
        for (var inner :
                new Constraint[] {constraint.member(), constraint.key(), constraint.value()}) {
            if (inner != null) {
                compile(inner);
            }
        }
    }
}
