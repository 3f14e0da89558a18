package io.brume.control.api.ec2;

import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsResponse;

/** EC2's operations on VPCs, their subnets and network interfaces. */
final class NetworkService extends Ec2Noun {
    private final VpcOperations vpcs;
    private final NetworkInterfaceOperations interfaces;

    NetworkService(Ec2Parts parts) {
        Calls calls = new Calls(parts.store(), parts.pager());
        vpcs = new VpcOperations(calls, new Arns(parts.region()));
        interfaces = new NetworkInterfaceOperations(calls, parts.region());
    }

    @Override
    public DescribeVpcsResponse describeVpcs(DescribeVpcsRequest request) {
        return vpcs.describeVpcs(request);
    }

    @Override
    public DescribeVpcAttributeResponse describeVpcAttribute(DescribeVpcAttributeRequest request) {
        return vpcs.describeAttribute(request);
    }

    @Override
    public DescribeSubnetsResponse describeSubnets(DescribeSubnetsRequest request) {
        return vpcs.describeSubnets(request);
    }

    @Override
    public DescribeNetworkInterfacesResponse describeNetworkInterfaces(
            DescribeNetworkInterfacesRequest request) {
        return interfaces.describe(request);
    }
}
