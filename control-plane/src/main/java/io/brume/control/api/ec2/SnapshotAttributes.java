package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.state.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeResponse;
import software.amazon.awssdk.services.ec2.model.PermissionGroup;
import software.amazon.awssdk.services.ec2.model.ResetSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ResetSnapshotAttributeResponse;

/** Who may make volumes from a snapshot. */
final class SnapshotAttributes {
    private static final String ALL = "all";
    private static final String PERMISSION = "createVolumePermission";

    private final Calls calls;

    SnapshotAttributes(Calls calls) {
        this.calls = requireNonNull(calls);
    }

    DescribeSnapshotAttributeResponse describe(DescribeSnapshotAttributeRequest request) {
        var id = SnapshotId.parse(request.snapshotId());
        var attribute = request.attributeAsString();
        if (attribute == null) {
            throw Faults.missing("attribute");
        }
        var snapshot = calls.view((tx, account) -> SnapshotOperations.requireOwn(tx, account, id));
        var response = DescribeSnapshotAttributeResponse.builder().snapshotId(id.value());
        switch (attribute) {
            case PERMISSION -> response.createVolumePermissions(show(snapshot.permissions()));
            case "productCodes" -> response.productCodes(List.of());
            default -> throw unknown(attribute);
        }
        return response.build();
    }

    ModifySnapshotAttributeResponse modify(ModifySnapshotAttributeRequest request) {
        var attribute = request.attributeAsString();
        if (attribute != null && !attribute.equals(PERMISSION)) {
            throw unknown(attribute);
        }
        List<UnaryOperator<VolumePermissions>> changes = new ArrayList<>();
        var both = request.createVolumePermission();
        if (both != null) {
            var more = read(both.add());
            var less = read(both.remove());
            changes.add(permissions -> permissions.plus(more).minus(less));
        }
        if (!request.userIds().isEmpty() || !request.groupNames().isEmpty()) {
            changes.add(flat(request));
        }
        if (changes.isEmpty()) {
            throw Fault.invalid("InvalidParameterCombination", "No attributes specified.");
        }
        change(request.snapshotId(), changes);
        return ModifySnapshotAttributeResponse.builder().build();
    }

    private static UnaryOperator<VolumePermissions> flat(ModifySnapshotAttributeRequest request) {
        var named = read(request.userIds(), request.groupNames());
        var operation = request.operationTypeAsString();
        return switch (operation == null ? "" : operation) {
            case "add" -> permissions -> permissions.plus(named);
            case "remove" -> permissions -> permissions.minus(named);
            case "" -> throw Faults.missing("operationType");
            default ->
                    throw Faults.invalidValue(
                            "Value (%s) for parameter operationType is invalid."
                                    .formatted(operation));
        };
    }

    ResetSnapshotAttributeResponse reset(ResetSnapshotAttributeRequest request) {
        var attribute = request.attributeAsString();
        if (!PERMISSION.equals(attribute)) {
            throw unknown(attribute);
        }
        change(request.snapshotId(), List.of(_ -> VolumePermissions.NONE));
        return ResetSnapshotAttributeResponse.builder().build();
    }

    private void change(
            @Nullable String snapshotId, List<UnaryOperator<VolumePermissions>> changes) {
        var id = SnapshotId.parse(requireNonNull(snapshotId, "a member that AWS's model requires"));
        calls.change((tx, account) -> {
            Snapshot snapshot = SnapshotOperations.requireOwn(tx, account, id);
            for (var change : changes) {
                snapshot = snapshot.with(change.apply(snapshot.permissions()));
            }
            if (snapshot.encryption().isPresent()
                    && !snapshot.permissions().equals(VolumePermissions.NONE)) {
                // Nobody else can be given the account's own key.
                throw Fault.conflict(
                        "OperationNotPermitted",
                        "Encrypted snapshots with EBS default key cannot be shared");
            }
            Snapshots.put(tx, snapshot);
            return snapshot;
        });
    }

    private static VolumePermissions read(List<CreateVolumePermission> permissions) {
        List<String> users = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (var permission : permissions) {
            if (permission.userId() != null) {
                users.add(permission.userId());
            }
            if (permission.groupAsString() != null) {
                groups.add(permission.groupAsString());
            }
        }
        return read(users, groups);
    }

    private static VolumePermissions read(List<String> users, List<String> groups) {
        Set<AccountId> accounts = new TreeSet<>();
        for (String user : users) {
            if (!AccountId.isAccountId(user)) {
                throw Fault.invalid(
                        "InvalidAttributeValue",
                        "Invalid attribute item value \"%s\" for userId item type."
                                .formatted(user));
            }
            accounts.add(new AccountId(user));
        }
        for (String group : groups) {
            if (!group.equals(ALL)) {
                throw Fault.invalid(
                        "InvalidAttributeValue",
                        "Invalid attribute item value \"%s\" for userGroup item type."
                                .formatted(group));
            }
        }
        return new VolumePermissions(!groups.isEmpty(), accounts);
    }

    private static List<CreateVolumePermission> show(VolumePermissions permissions) {
        List<CreateVolumePermission> shown = new ArrayList<>();
        if (permissions.everyone()) {
            shown.add(CreateVolumePermission.builder().group(PermissionGroup.ALL).build());
        }
        permissions.accounts().stream()
                .sorted()
                .forEach(account ->
                        shown.add(
                                CreateVolumePermission.builder().userId(account.value()).build()));
        return shown;
    }

    private static Fault unknown(@Nullable String attribute) {
        return Faults.invalidValue(
                "Value (%s) for parameter attribute is invalid. Unknown attribute."
                        .formatted(attribute));
    }
}
