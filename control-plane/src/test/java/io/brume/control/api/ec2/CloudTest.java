package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** Tests that run twice with the same assertions: straight, and over HTTP with AWS's client. */
@ParameterizedClass
@EnumSource(TestCloud.Way.class)
abstract class CloudTest {
    static TestCloud cloud;

    @Parameter TestCloud.Way way = TestCloud.Way.STRAIGHT;
    AccountId account;
    Ec2Client ec2;

    @BeforeAll
    static void open() {
        cloud = new TestCloud();
    }

    @AfterAll
    static void close() throws Exception {
        cloud.close();
    }

    @BeforeEach
    void beginWithANewAccount() {
        account = cloud.account().id();
        ec2 = cloud.ec2(way, account);
    }

    @AfterEach
    void closeClient() {
        if (way == TestCloud.Way.HTTP) {
            ec2.close();
        }
    }

    /** EC2 as another account sees it. */
    Ec2Client stranger() {
        return cloud.ec2(way, cloud.account().id());
    }

    /** That a call ends in AWS's error code. */
    static void assertFails(String code, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        String seen =
                switch (thrown) {
                    case Fault fault -> fault.code();
                    case AwsServiceException e -> e.awsErrorDetails().errorCode();
                    case null -> "success";
                    default -> thrown.toString();
                };
        assertThat(seen).isEqualTo(code);
    }

    static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    static TagSpecification tags(ResourceType type, Tag... tags) {
        return TagSpecification.builder().resourceType(type).tags(tags).build();
    }

    static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }
}
