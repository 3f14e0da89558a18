package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user types: AWS's own command line against the front door. */
final class AwsCliIT {
    private static TestCloud cloud;
    private static AccountId account;
    @TempDir static Path home;

    @BeforeAll
    static void open() {
        cloud = new TestCloud();
        account = cloud.account().id();
    }

    @AfterAll
    static void close() throws Exception {
        cloud.close();
    }

    @Test
    void aKeyAGroupAndItsRules() throws Exception {
        assertThat(ok("sts", "get-caller-identity", "--query", "Arn"))
                .isEqualTo("arn:aws:iam::" + account + ":root");
        assertThat(ok("ec2", "create-key-pair", "--key-name", "main", "--query", "KeyMaterial"))
                .startsWith("-----BEGIN RSA PRIVATE KEY-----");
        String group =
                ok(
                        "ec2",
                        "create-security-group",
                        "--group-name",
                        "web",
                        "--description",
                        "for the web",
                        "--tag-specifications",
                        "ResourceType=security-group,Tags=[{Key=Name,Value=web}]",
                        "--query",
                        "GroupId");
        ok(
                "ec2",
                "authorize-security-group-ingress",
                "--group-id",
                group,
                "--protocol",
                "tcp",
                "--port",
                "22",
                "--cidr",
                "10.0.0.0/8");
        assertThat(
                        ok(
                                "ec2",
                                "describe-security-groups",
                                "--filters",
                                "Name=tag:Name,Values=web",
                                "--query",
                                "SecurityGroups[].IpPermissions[].[FromPort,IpRanges[0].CidrIp]"))
                .isEqualTo("22\t10.0.0.0/8");
        AwsCli.Outcome again =
                aws(
                        "ec2",
                        "create-security-group",
                        "--group-name",
                        "web",
                        "--description",
                        "again");
        assertThat(again.output()).contains("(InvalidGroup.Duplicate)");
        assertThat(again.status()).isEqualTo(255);
        ok("ec2", "delete-security-group", "--group-id", group);
    }

    @Test
    void pagesAreFollowed() throws Exception {
        for (int i = 0; i < 7; i++) {
            int number = i;
            cloud.ec2(TestCloud.Way.STRAIGHT, account)
                    .createSecurityGroup(b -> b.groupName("page-" + number).description("x"));
        }
        String names =
                ok(
                        "ec2",
                        "describe-security-groups",
                        "--page-size",
                        "5",
                        "--filters",
                        "Name=group-name,Values=page-*",
                        "--query",
                        "SecurityGroups[].GroupName");
        assertThat(names.split("\\s+")).hasSize(7);
    }

    private static String ok(String... arguments) throws Exception {
        return cli().ok(arguments);
    }

    private static AwsCli.Outcome aws(String... arguments) throws Exception {
        return cli().run(arguments);
    }

    private static AwsCli cli() {
        return new AwsCli(cloud.endpoint(), cloud.key(account), home);
    }
}
