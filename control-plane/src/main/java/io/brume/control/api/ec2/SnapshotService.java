package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ResetSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ResetSnapshotAttributeResponse;

/** EC2's operations on snapshots. */
final class SnapshotService extends Ec2Noun {
    private final SnapshotOperations snapshots;
    private final SnapshotAttributes attributes;

    SnapshotService(Ec2Parts parts) {
        Calls calls = new Calls(parts.store(), parts.pager());
        snapshots =
                new SnapshotOperations(
                        calls, new Ids(parts.random()), new SnapshotView(parts.operator()));
        attributes = new SnapshotAttributes(calls);
    }

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
        return attributes.describe(request);
    }

    @Override
    public ModifySnapshotAttributeResponse modifySnapshotAttribute(
            ModifySnapshotAttributeRequest request) {
        return attributes.modify(request);
    }

    @Override
    public ResetSnapshotAttributeResponse resetSnapshotAttribute(
            ResetSnapshotAttributeRequest request) {
        return attributes.reset(request);
    }
}
