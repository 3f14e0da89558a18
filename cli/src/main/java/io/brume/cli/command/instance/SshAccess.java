package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.KeyFiles;
import io.brume.cli.client.ServiceException;
import io.brume.cli.client.XmlTree;
import io.brume.cli.command.Context;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A key pair and a security group of one's own for SSH; both are made once and used again. */
final class SshAccess {
    private static final String GROUP = "brume-quickstart";
    private static final int MAX_KEYS = 100;

    private final Cloud cloud;
    private final Context context;

    SshAccess(Cloud cloud, Context context) {
        this.cloud = cloud;
        this.context = context;
    }

    /** The name of a key pair whose private half is on this machine. */
    String keyPair() {
        var files = new KeyFiles(context.environment().keys(cloud.connection()));
        Set<String> known = new HashSet<>();
        for (XmlTree pair : cloud.ec2("DescribeKeyPairs", new Form()).list("keySet")) {
            known.add(pair.at("keyName"));
        }
        for (int number = 1; number <= MAX_KEYS; number++) {
            String name = GROUP + (number == 1 ? "" : "-" + number);
            if (known.contains(name)) {
                if (files.find(name).isPresent()) {
                    return name;
                }
                // Somebody else's, whose private half is elsewhere.
                continue;
            }
            XmlTree made =
                    cloud.ec2(
                            "CreateKeyPair",
                            new Form().with("KeyName", name).with("KeyType", "ed25519"));
            files.save(name, "pem", made.at("keyMaterial"));
            return name;
        }
        throw CliException.general("no name for a key pair is free", "choose one with --key NAME");
    }

    /** The id of a group of the default VPC that lets port 22 in from everywhere. */
    String securityGroup() {
        String vpc =
                cloud
                        .ec2List(
                                "DescribeVpcs",
                                new Form().withFilter("is-default", "true"),
                                "vpcSet")
                        .stream()
                        .map(each -> each.at("vpcId"))
                        .findFirst()
                        .orElseThrow(() ->
                                CliException.general(
                                        "the account has no default VPC",
                                        "choose --subnet and --group"));
        List<XmlTree> groups =
                cloud.ec2List(
                        "DescribeSecurityGroups",
                        new Form().withFilter("group-name", GROUP).withFilter("vpc-id", vpc),
                        "securityGroupInfo");
        String id =
                groups.isEmpty()
                        ? cloud.ec2(
                                        "CreateSecurityGroup",
                                        new Form()
                                                .with("GroupName", GROUP)
                                                .with("GroupDescription", "SSH from everywhere")
                                                .with("VpcId", vpc))
                                .at("groupId")
                        : groups.getFirst().at("groupId");
        try {
            cloud.ec2(
                    "AuthorizeSecurityGroupIngress",
                    new Form()
                            .with("GroupId", id)
                            .with("IpPermissions.1.IpProtocol", "tcp")
                            .with("IpPermissions.1.FromPort", "22")
                            .with("IpPermissions.1.ToPort", "22")
                            .with("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"));
        } catch (ServiceException e) {
            if (!e.code().equals("InvalidPermission.Duplicate")) {
                throw e;
            }
        }
        return id;
    }
}
