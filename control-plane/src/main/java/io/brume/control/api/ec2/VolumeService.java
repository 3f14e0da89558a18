package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.model.AttachVolumeRequest;
import software.amazon.awssdk.services.ec2.model.AttachVolumeResponse;
import software.amazon.awssdk.services.ec2.model.CreateVolumeRequest;
import software.amazon.awssdk.services.ec2.model.CreateVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DeleteVolumeRequest;
import software.amazon.awssdk.services.ec2.model.DeleteVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeStatusResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesModificationsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesModificationsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesResponse;
import software.amazon.awssdk.services.ec2.model.DetachVolumeRequest;
import software.amazon.awssdk.services.ec2.model.DetachVolumeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeResponse;

/** EC2's operations on volumes. */
final class VolumeService extends Ec2Noun {
    private final VolumeListing listing;
    private final VolumeCreation creation;
    private final VolumeAttachments attachments;
    private final VolumeModifications modifications;
    private final VolumeStatuses statuses;

    VolumeService(Ec2Parts parts) {
        Calls calls = new Calls(parts.store(), parts.pager());
        listing = new VolumeListing(parts.store(), parts.pager(), parts.region());
        creation =
                new VolumeCreation(
                        parts.store(),
                        calls,
                        parts.region(),
                        parts.volumes(),
                        new Ids(parts.random()));
        attachments = new VolumeAttachments(calls);
        modifications =
                new VolumeModifications(calls, parts.pager(), parts.volumes().modificationPause());
        statuses = new VolumeStatuses(calls, parts.pager());
    }

    @Override
    public CreateVolumeResponse createVolume(CreateVolumeRequest request) {
        return creation.create(request);
    }

    @Override
    public DescribeVolumesResponse describeVolumes(DescribeVolumesRequest request) {
        return listing.describe(request);
    }

    @Override
    public DeleteVolumeResponse deleteVolume(DeleteVolumeRequest request) {
        return creation.delete(request);
    }

    @Override
    public AttachVolumeResponse attachVolume(AttachVolumeRequest request) {
        return attachments.attach(request);
    }

    @Override
    public DetachVolumeResponse detachVolume(DetachVolumeRequest request) {
        return attachments.detach(request);
    }

    @Override
    public DescribeVolumeStatusResponse describeVolumeStatus(DescribeVolumeStatusRequest request) {
        return statuses.describe(request);
    }

    @Override
    public DescribeVolumeAttributeResponse describeVolumeAttribute(
            DescribeVolumeAttributeRequest request) {
        return statuses.attribute(request);
    }

    @Override
    public ModifyVolumeAttributeResponse modifyVolumeAttribute(
            ModifyVolumeAttributeRequest request) {
        return statuses.modify(request);
    }

    @Override
    public ModifyVolumeResponse modifyVolume(ModifyVolumeRequest request) {
        return modifications.modify(request);
    }

    @Override
    public DescribeVolumesModificationsResponse describeVolumesModifications(
            DescribeVolumesModificationsRequest request) {
        return modifications.describe(request);
    }
}
