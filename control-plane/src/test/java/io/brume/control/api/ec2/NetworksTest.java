package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.AttachmentId;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.state.NewInterface;
import io.brume.control.store.codec.VpcTables;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.AccountAttribute;
import software.amazon.awssdk.services.ec2.model.AvailabilityZone;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceStatus;
import software.amazon.awssdk.services.ec2.model.Region;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Vpc;
import software.amazon.awssdk.services.ec2.model.VpcAttributeName;

final class NetworksTest extends CloudTest {
    @Test
    void accountBeginsWithTheDefaultVpc() {
        Vpc vpc = ec2.describeVpcs(b -> b.filters(filter("is-default", "true"))).vpcs().getFirst();
        assertThat(vpc.cidrBlock()).isEqualTo("172.31.0.0/16");
        assertThat(vpc.isDefault()).isTrue();
        assertThat(vpc.ownerId()).isEqualTo(account.value());
        assertThat(vpc.stateAsString()).isEqualTo("available");
        assertThat(vpc.cidrBlockAssociationSet()).hasSize(1);
        assertThat(
                        ec2.describeVpcAttribute(b ->
                                        b.vpcId(vpc.vpcId())
                                                .attribute(VpcAttributeName.ENABLE_DNS_HOSTNAMES))
                                .enableDnsHostnames()
                                .value())
                .isTrue();
        List<Subnet> subnets =
                ec2.describeSubnets(b -> b.filters(filter("vpc-id", vpc.vpcId()))).subnets();
        assertThat(subnets)
                .extracting(Subnet::cidrBlock)
                .containsExactlyInAnyOrder("172.31.0.0/20", "172.31.16.0/20");
        assertThat(subnets).allMatch(Subnet::defaultForAz).allMatch(Subnet::mapPublicIpOnLaunch);
        assertThat(subnets).extracting(Subnet::availableIpAddressCount).containsOnly(4091);
    }

    @Test
    void idsAreCheckedAndForeignOnesUnknown() {
        String foreign = stranger().describeVpcs().vpcs().getFirst().vpcId();
        String subnet = stranger().describeSubnets().subnets().getFirst().subnetId();
        assertFails("InvalidVpcID.NotFound", () -> ec2.describeVpcs(b -> b.vpcIds(foreign)));
        assertFails("InvalidVpcID.Malformed", () -> ec2.describeVpcs(b -> b.vpcIds("vpc")));
        assertFails(
                "InvalidSubnetID.NotFound", () -> ec2.describeSubnets(b -> b.subnetIds(subnet)));
        assertFails(
                "InvalidNetworkInterfaceId.Malformed",
                () -> ec2.describeNetworkInterfaces(b -> b.networkInterfaceIds("eni-1")));
        assertFails(
                "InvalidNetworkInterfaceID.NotFound",
                () ->
                        ec2.describeNetworkInterfaces(
                                b -> b.networkInterfaceIds("eni-0123456789abcdef0")));
    }

    @Test
    void interfacesAreDescribed() {
        String subnet = ec2.describeSubnets().subnets().getFirst().subnetId();
        var made =
                cloud.store.transact(tx ->
                        cloud.networkInterfaces.create(
                                tx,
                                new NewInterface(
                                        new NetworkInterfaceId("eni-0123456789abcdef0"),
                                        requireNonNull(
                                                tx.get(
                                                        VpcTables.SUBNETS,
                                                        new Owned<>(
                                                                account, new SubnetId(subnet)))),
                                        null,
                                        true,
                                        List.of(),
                                        "Primary",
                                        new Attachment(
                                                new AttachmentId("eni-attach-0123456789abcdef0"),
                                                new InstanceId("i-0123456789abcdef0"),
                                                0,
                                                true,
                                                Instant.EPOCH),
                                        Instant.EPOCH,
                                        7)));
        NetworkInterface nic =
                ec2.describeNetworkInterfaces(b ->
                                b.filters(
                                        filter("attachment.instance-id", "i-0123456789abcdef0"),
                                        filter("group-name", "default")))
                        .networkInterfaces()
                        .getFirst();
        assertThat(nic.status()).isEqualTo(NetworkInterfaceStatus.IN_USE);
        assertThat(nic.macAddress()).matches("02(:[0-9a-f]{2}){5}");
        assertThat(nic.association().publicIp()).startsWith("198.18.0.");
        assertThat(nic.attachment().deviceIndex()).isZero();
        assertThat(nic.groups()).hasSize(1);
        assertThat(nic.privateDnsName())
                .isEqualTo("ip-" + made.privateIp().dashed() + ".ec2.internal");
        assertThat(
                        ec2.describeSubnets(b -> b.subnetIds(subnet))
                                .subnets()
                                .getFirst()
                                .availableIpAddressCount())
                .isEqualTo(4090);
    }

    @Test
    void placesAreAsConfigured() {
        assertThat(ec2.describeRegions().regions())
                .extracting(Region::regionName)
                .containsExactly("us-east-1");
        assertFails(
                "InvalidParameterValue", () -> ec2.describeRegions(b -> b.regionNames("mars-1")));
        assertThat(
                        ec2.describeAvailabilityZones(b -> b.filters(filter("zone-name", "*b")))
                                .availabilityZones())
                .extracting(AvailabilityZone::zoneId)
                .containsExactly("use1-az2");
        assertThat(ec2.describeAccountAttributes().accountAttributes())
                .extracting(AccountAttribute::attributeName)
                .contains("supported-platforms", "default-vpc");
    }

    @Test
    void callerIsWhoSheIs() {
        try (var sts = cloud.sts(way, account)) {
            var identity = sts.getCallerIdentity();
            assertThat(identity.account()).isEqualTo(account.value());
            assertThat(identity.arn()).isEqualTo("arn:aws:iam::" + account + ":root");
        }
    }
}
