package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypeOfferingsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypeOfferingsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputResponse;
import software.amazon.awssdk.services.ec2.model.GetConsoleScreenshotRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleScreenshotResponse;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsResponse;
import software.amazon.awssdk.services.ec2.model.RebootInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RebootInstancesResponse;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StartInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StartInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesResponse;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;

/** EC2's operations on instances, their types and their consoles. */
final class InstanceService extends Ec2Noun {
    private final Launches launches;
    private final InstancePower power;
    private final Instances listing;
    private final InstanceAttributes attributes;
    private final Consoles consoles;
    private final InstanceTypeCatalogue types;

    InstanceService(Ec2Parts parts) {
        var store = parts.store();
        var views = new InstanceViews(parts.region());
        launches =
                new Launches(
                        store,
                        parts.capacity(),
                        parts.interfaces(),
                        views,
                        new Ids(parts.random()),
                        parts.random());
        power = new InstancePower(store, parts.capacity(), parts.interfaces(), parts.random());
        listing = new Instances(store, views, parts.pager());
        attributes = new InstanceAttributes(store, parts.interfaces());
        consoles = new Consoles(store, parts.fleet());
        types = new InstanceTypeCatalogue(parts.pager(), parts.region());
    }

    @Override
    public RunInstancesResponse runInstances(RunInstancesRequest request) {
        return launches.run(request);
    }

    @Override
    public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
        return listing.describe(request);
    }

    @Override
    public DescribeInstanceStatusResponse describeInstanceStatus(
            DescribeInstanceStatusRequest request) {
        return listing.status(request);
    }

    @Override
    public StartInstancesResponse startInstances(StartInstancesRequest request) {
        return power.start(request);
    }

    @Override
    public StopInstancesResponse stopInstances(StopInstancesRequest request) {
        return power.stop(request);
    }

    @Override
    public RebootInstancesResponse rebootInstances(RebootInstancesRequest request) {
        return power.reboot(request);
    }

    @Override
    public TerminateInstancesResponse terminateInstances(TerminateInstancesRequest request) {
        return power.terminate(request);
    }

    @Override
    public DescribeInstanceAttributeResponse describeInstanceAttribute(
            DescribeInstanceAttributeRequest request) {
        return attributes.describe(request);
    }

    @Override
    public ModifyInstanceAttributeResponse modifyInstanceAttribute(
            ModifyInstanceAttributeRequest request) {
        return attributes.modify(request);
    }

    @Override
    public ModifyInstanceMetadataOptionsResponse modifyInstanceMetadataOptions(
            ModifyInstanceMetadataOptionsRequest request) {
        return attributes.modifyMetadata(request);
    }

    @Override
    public GetConsoleOutputResponse getConsoleOutput(GetConsoleOutputRequest request) {
        return consoles.output(request);
    }

    @Override
    public GetConsoleScreenshotResponse getConsoleScreenshot(GetConsoleScreenshotRequest request) {
        return consoles.screenshot(request);
    }

    @Override
    public DescribeInstanceTypesResponse describeInstanceTypes(
            DescribeInstanceTypesRequest request) {
        return types.types(request);
    }

    @Override
    public DescribeInstanceTypeOfferingsResponse describeInstanceTypeOfferings(
            DescribeInstanceTypeOfferingsRequest request) {
        return types.offerings(request);
    }
}
