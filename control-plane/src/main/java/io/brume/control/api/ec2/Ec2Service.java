package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttachVolumeRequest;
import software.amazon.awssdk.services.ec2.model.AttachVolumeResponse;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupEgressRequest;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupEgressResponse;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupIngressRequest;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupIngressResponse;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskRequest;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskResponse;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.CreateSecurityGroupRequest;
import software.amazon.awssdk.services.ec2.model.CreateSecurityGroupResponse;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.CreateTagsRequest;
import software.amazon.awssdk.services.ec2.model.CreateTagsResponse;
import software.amazon.awssdk.services.ec2.model.CreateVolumeRequest;
import software.amazon.awssdk.services.ec2.model.CreateVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DeleteKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.DeleteKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSecurityGroupRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSecurityGroupResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.DeleteTagsRequest;
import software.amazon.awssdk.services.ec2.model.DeleteTagsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteVolumeRequest;
import software.amazon.awssdk.services.ec2.model.DeleteVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;
import software.amazon.awssdk.services.ec2.model.DescribeAccountAttributesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAccountAttributesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksResponse;
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
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeTagsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeTagsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeStatusResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesModificationsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesModificationsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsResponse;
import software.amazon.awssdk.services.ec2.model.DetachVolumeRequest;
import software.amazon.awssdk.services.ec2.model.DetachVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DisableEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.DisableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.DisableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.DisableImageDeprecationResponse;
import software.amazon.awssdk.services.ec2.model.EnableEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.EnableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationResponse;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputResponse;
import software.amazon.awssdk.services.ec2.model.GetConsoleScreenshotRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleScreenshotResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageResponse;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsResponse;
import software.amazon.awssdk.services.ec2.model.ModifySecurityGroupRulesRequest;
import software.amazon.awssdk.services.ec2.model.ModifySecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeResponse;
import software.amazon.awssdk.services.ec2.model.RebootInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RebootInstancesResponse;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;
import software.amazon.awssdk.services.ec2.model.ResetImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ResetImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ResetSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ResetSnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupEgressRequest;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupEgressResponse;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupIngressRequest;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupIngressResponse;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StartInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StartInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesResponse;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsEgressRequest;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsEgressResponse;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsIngressRequest;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsIngressResponse;

/**
 * EC2, as AWS's own client interface has it. Only lists the operations: the class of a noun does
 * the work. What is not overridden is not offered. Thread-safe; called inside a {@link
 * io.brume.control.api.CallContext}.
 */
public final class Ec2Service implements Ec2Client {
    private final KeyPairOperations keyPairs;
    private final VpcOperations vpcs;
    private final SecurityGroupOperations securityGroups;
    private final SecurityGroupRuleOperations rules;
    private final NetworkInterfaceOperations networkInterfaces;
    private final ImageOperations images;
    private final ImageAttributeOperations imageAttributes;
    private final ImportImageOperations imports;
    private final TagOperations tags;
    private final PlaceOperations places;
    private final SecurityGroupView groupView;

    private final InstanceOperations instances;
    private final VolumeCreation volumeCreation;
    private final VolumeAttachments volumeAttachments;
    private final VolumeModifications volumeModifications;
    private final VolumeStatuses volumeStatuses;
    private final EbsEncryption encryption;
    private final SnapshotOperations snapshots;
    private final SnapshotAttributes snapshotAttributes;

    public Ec2Service(Ec2Parts parts) {
        instances = InstanceOperations.of(parts);
        Calls calls = new Calls(parts.store(), parts.pager());
        Ids ids = new Ids(parts.random());
        Arns arns = new Arns(parts.region());
        groupView = new SecurityGroupView(arns);
        keyPairs = new KeyPairOperations(calls, ids, parts.random());
        vpcs = new VpcOperations(calls, arns);
        securityGroups = new SecurityGroupOperations(calls, ids, groupView);
        rules = new SecurityGroupRuleOperations(calls, ids, groupView);
        networkInterfaces = new NetworkInterfaceOperations(calls, parts.region());
        images =
                new ImageOperations(
                        calls, ids, parts.imageSources(), new ImageView(parts.operator()));
        imageAttributes = new ImageAttributeOperations(calls);
        imports = new ImportImageOperations(calls, ids, parts.imageSources());
        tags = new TagOperations(calls, InstanceOperations::exists);
        volumeCreation =
                new VolumeCreation(parts.store(), calls, parts.region(), parts.volumes(), ids);
        volumeAttachments = new VolumeAttachments(calls);
        volumeModifications =
                new VolumeModifications(calls, parts.pager(), parts.volumes().modificationPause());
        volumeStatuses = new VolumeStatuses(calls, parts.pager());
        encryption = new EbsEncryption(calls);
        snapshots = new SnapshotOperations(calls, ids, new SnapshotView(parts.operator()));
        snapshotAttributes = new SnapshotAttributes(calls);
        places = new PlaceOperations(calls, parts.region());
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing of its own: the store is closed by whoever opened it.
    }

    // Instances

    @Override
    public RunInstancesResponse runInstances(RunInstancesRequest request) {
        return instances.launches().run(request);
    }

    @Override
    public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
        return instances.listing().describe(request);
    }

    @Override
    public DescribeInstanceStatusResponse describeInstanceStatus(
            DescribeInstanceStatusRequest request) {
        return instances.listing().status(request);
    }

    @Override
    public StartInstancesResponse startInstances(StartInstancesRequest request) {
        return instances.power().start(request);
    }

    @Override
    public StopInstancesResponse stopInstances(StopInstancesRequest request) {
        return instances.power().stop(request);
    }

    @Override
    public RebootInstancesResponse rebootInstances(RebootInstancesRequest request) {
        return instances.power().reboot(request);
    }

    @Override
    public TerminateInstancesResponse terminateInstances(TerminateInstancesRequest request) {
        return instances.power().terminate(request);
    }

    @Override
    public DescribeInstanceAttributeResponse describeInstanceAttribute(
            DescribeInstanceAttributeRequest request) {
        return instances.attributes().describe(request);
    }

    @Override
    public ModifyInstanceAttributeResponse modifyInstanceAttribute(
            ModifyInstanceAttributeRequest request) {
        return instances.attributes().modify(request);
    }

    @Override
    public ModifyInstanceMetadataOptionsResponse modifyInstanceMetadataOptions(
            ModifyInstanceMetadataOptionsRequest request) {
        return instances.attributes().modifyMetadata(request);
    }

    @Override
    public GetConsoleOutputResponse getConsoleOutput(GetConsoleOutputRequest request) {
        return instances.consoles().output(request);
    }

    @Override
    public GetConsoleScreenshotResponse getConsoleScreenshot(GetConsoleScreenshotRequest request) {
        return instances.consoles().screenshot(request);
    }

    @Override
    public DescribeInstanceTypesResponse describeInstanceTypes(
            DescribeInstanceTypesRequest request) {
        return instances.types().types(request);
    }

    @Override
    public DescribeInstanceTypeOfferingsResponse describeInstanceTypeOfferings(
            DescribeInstanceTypeOfferingsRequest request) {
        return instances.types().offerings(request);
    }

    @Override
    public DescribeVolumesResponse describeVolumes(DescribeVolumesRequest request) {
        return instances.volumes().describe(request);
    }

    // Volumes

    @Override
    public CreateVolumeResponse createVolume(CreateVolumeRequest request) {
        return volumeCreation.create(request);
    }

    @Override
    public DeleteVolumeResponse deleteVolume(DeleteVolumeRequest request) {
        return volumeCreation.delete(request);
    }

    @Override
    public AttachVolumeResponse attachVolume(AttachVolumeRequest request) {
        return volumeAttachments.attach(request);
    }

    @Override
    public DetachVolumeResponse detachVolume(DetachVolumeRequest request) {
        return volumeAttachments.detach(request);
    }

    @Override
    public DescribeVolumeStatusResponse describeVolumeStatus(DescribeVolumeStatusRequest request) {
        return volumeStatuses.describe(request);
    }

    @Override
    public DescribeVolumeAttributeResponse describeVolumeAttribute(
            DescribeVolumeAttributeRequest request) {
        return volumeStatuses.attribute(request);
    }

    @Override
    public ModifyVolumeAttributeResponse modifyVolumeAttribute(
            ModifyVolumeAttributeRequest request) {
        return volumeStatuses.modify(request);
    }

    @Override
    public ModifyVolumeResponse modifyVolume(ModifyVolumeRequest request) {
        return volumeModifications.modify(request);
    }

    @Override
    public DescribeVolumesModificationsResponse describeVolumesModifications(
            DescribeVolumesModificationsRequest request) {
        return volumeModifications.describe(request);
    }

    @Override
    public GetEbsEncryptionByDefaultResponse getEbsEncryptionByDefault(
            GetEbsEncryptionByDefaultRequest request) {
        return encryption.get();
    }

    @Override
    public EnableEbsEncryptionByDefaultResponse enableEbsEncryptionByDefault(
            EnableEbsEncryptionByDefaultRequest request) {
        return encryption.enable();
    }

    @Override
    public DisableEbsEncryptionByDefaultResponse disableEbsEncryptionByDefault(
            DisableEbsEncryptionByDefaultRequest request) {
        return encryption.disable();
    }

    // Snapshots

    @Override
    public CreateSnapshotResponse createSnapshot(CreateSnapshotRequest request) {
        return snapshots.create(request);
    }

    @Override
    public CreateSnapshotsResponse createSnapshots(CreateSnapshotsRequest request) {
        return snapshots.createOfInstance(request);
    }

    @Override
    public DescribeSnapshotsResponse describeSnapshots(DescribeSnapshotsRequest request) {
        return snapshots.describe(request);
    }

    @Override
    public DeleteSnapshotResponse deleteSnapshot(DeleteSnapshotRequest request) {
        return snapshots.delete(request);
    }

    @Override
    public DescribeSnapshotAttributeResponse describeSnapshotAttribute(
            DescribeSnapshotAttributeRequest request) {
        return snapshotAttributes.describe(request);
    }

    @Override
    public ModifySnapshotAttributeResponse modifySnapshotAttribute(
            ModifySnapshotAttributeRequest request) {
        return snapshotAttributes.modify(request);
    }

    @Override
    public ResetSnapshotAttributeResponse resetSnapshotAttribute(
            ResetSnapshotAttributeRequest request) {
        return snapshotAttributes.reset(request);
    }

    // Key pairs

    @Override
    public CreateKeyPairResponse createKeyPair(CreateKeyPairRequest request) {
        return keyPairs.create(request);
    }

    @Override
    public ImportKeyPairResponse importKeyPair(ImportKeyPairRequest request) {
        return keyPairs.importKeyPair(request);
    }

    @Override
    public DescribeKeyPairsResponse describeKeyPairs(DescribeKeyPairsRequest request) {
        return keyPairs.describe(request);
    }

    @Override
    public DeleteKeyPairResponse deleteKeyPair(DeleteKeyPairRequest request) {
        return keyPairs.delete(request);
    }

    // Networks

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
        return networkInterfaces.describe(request);
    }

    // Security groups

    @Override
    public CreateSecurityGroupResponse createSecurityGroup(CreateSecurityGroupRequest request) {
        return securityGroups.create(request);
    }

    @Override
    public DescribeSecurityGroupsResponse describeSecurityGroups(
            DescribeSecurityGroupsRequest request) {
        return securityGroups.describe(request);
    }

    @Override
    public DeleteSecurityGroupResponse deleteSecurityGroup(DeleteSecurityGroupRequest request) {
        return securityGroups.delete(request);
    }

    @Override
    public DescribeSecurityGroupRulesResponse describeSecurityGroupRules(
            DescribeSecurityGroupRulesRequest request) {
        return rules.describe(request);
    }

    @Override
    public AuthorizeSecurityGroupIngressResponse authorizeSecurityGroupIngress(
            AuthorizeSecurityGroupIngressRequest request) {
        var asked = Asked.of(request);
        return AuthorizeSecurityGroupIngressResponse.builder()
                .securityGroupRules(rules.authorize(asked, request.tagSpecifications()))
                .returnValue(true)
                .build();
    }

    @Override
    public AuthorizeSecurityGroupEgressResponse authorizeSecurityGroupEgress(
            AuthorizeSecurityGroupEgressRequest request) {
        var asked = Asked.of(request);
        return AuthorizeSecurityGroupEgressResponse.builder()
                .securityGroupRules(rules.authorize(asked, request.tagSpecifications()))
                .returnValue(true)
                .build();
    }

    @Override
    public RevokeSecurityGroupIngressResponse revokeSecurityGroupIngress(
            RevokeSecurityGroupIngressRequest request) {
        var asked = Asked.of(request);
        return RevokeSecurityGroupIngressResponse.builder()
                .revokedSecurityGroupRules(
                        rules.revoke(asked, request.securityGroupRuleIds()).stream()
                                .map(groupView::showRevoked)
                                .toList())
                .returnValue(true)
                .build();
    }

    @Override
    public RevokeSecurityGroupEgressResponse revokeSecurityGroupEgress(
            RevokeSecurityGroupEgressRequest request) {
        var asked = Asked.of(request);
        return RevokeSecurityGroupEgressResponse.builder()
                .revokedSecurityGroupRules(
                        rules.revoke(asked, request.securityGroupRuleIds()).stream()
                                .map(groupView::showRevoked)
                                .toList())
                .returnValue(true)
                .build();
    }

    @Override
    public ModifySecurityGroupRulesResponse modifySecurityGroupRules(
            ModifySecurityGroupRulesRequest request) {
        rules.modify(request.groupId(), request.securityGroupRules());
        return ModifySecurityGroupRulesResponse.builder().returnValue(true).build();
    }

    @Override
    public UpdateSecurityGroupRuleDescriptionsIngressResponse
            updateSecurityGroupRuleDescriptionsIngress(
                    UpdateSecurityGroupRuleDescriptionsIngressRequest request) {
        rules.describeAs(Asked.of(request), request.securityGroupRuleDescriptions());
        return UpdateSecurityGroupRuleDescriptionsIngressResponse.builder()
                .returnValue(true)
                .build();
    }

    @Override
    public UpdateSecurityGroupRuleDescriptionsEgressResponse
            updateSecurityGroupRuleDescriptionsEgress(
                    UpdateSecurityGroupRuleDescriptionsEgressRequest request) {
        rules.describeAs(Asked.of(request), request.securityGroupRuleDescriptions());
        return UpdateSecurityGroupRuleDescriptionsEgressResponse.builder()
                .returnValue(true)
                .build();
    }

    // Images

    @Override
    public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
        return images.describe(request);
    }

    @Override
    public RegisterImageResponse registerImage(RegisterImageRequest request) {
        return images.register(request);
    }

    @Override
    public DeregisterImageResponse deregisterImage(DeregisterImageRequest request) {
        return images.deregister(request);
    }

    @Override
    public DescribeImageAttributeResponse describeImageAttribute(
            DescribeImageAttributeRequest request) {
        return imageAttributes.describe(request);
    }

    @Override
    public ModifyImageAttributeResponse modifyImageAttribute(ModifyImageAttributeRequest request) {
        return imageAttributes.modify(request);
    }

    @Override
    public ResetImageAttributeResponse resetImageAttribute(ResetImageAttributeRequest request) {
        return imageAttributes.reset(request);
    }

    @Override
    public EnableImageDeprecationResponse enableImageDeprecation(
            EnableImageDeprecationRequest request) {
        return imageAttributes.deprecate(request);
    }

    @Override
    public DisableImageDeprecationResponse disableImageDeprecation(
            DisableImageDeprecationRequest request) {
        return imageAttributes.undeprecate(request);
    }

    @Override
    public ImportImageResponse importImage(ImportImageRequest request) {
        return imports.begin(request);
    }

    @Override
    public DescribeImportImageTasksResponse describeImportImageTasks(
            DescribeImportImageTasksRequest request) {
        return imports.describe(request);
    }

    @Override
    public CancelImportTaskResponse cancelImportTask(CancelImportTaskRequest request) {
        return imports.cancel(request);
    }

    // Tags

    @Override
    public CreateTagsResponse createTags(CreateTagsRequest request) {
        return tags.create(request);
    }

    @Override
    public DeleteTagsResponse deleteTags(DeleteTagsRequest request) {
        return tags.delete(request);
    }

    @Override
    public DescribeTagsResponse describeTags(DescribeTagsRequest request) {
        return tags.describe(request);
    }

    // Places

    @Override
    public DescribeRegionsResponse describeRegions(DescribeRegionsRequest request) {
        return places.describeRegions(request);
    }

    @Override
    public DescribeAvailabilityZonesResponse describeAvailabilityZones(
            DescribeAvailabilityZonesRequest request) {
        return places.describeZones(request);
    }

    @Override
    public DescribeAccountAttributesResponse describeAccountAttributes(
            DescribeAccountAttributesRequest request) {
        return places.describeAttributes(request);
    }
}
