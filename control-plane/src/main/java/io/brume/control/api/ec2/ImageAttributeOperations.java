package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.store.codec.ImageTables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttributeValue;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DisableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.DisableImageDeprecationResponse;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationResponse;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.PermissionGroup;
import software.amazon.awssdk.services.ec2.model.ResetImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ResetImageAttributeResponse;

/** Attributes of images: who may use one, how it is described, when it is out of date. */
final class ImageAttributeOperations {
    private static final String ALL = "all";

    private final Calls calls;

    ImageAttributeOperations(Calls calls) {
        this.calls = requireNonNull(calls);
    }

    DescribeImageAttributeResponse describe(DescribeImageAttributeRequest request) {
        ImageId id = ImageOperations.parse(request.imageId());
        String attribute = request.attributeAsString();
        if (attribute == null) {
            throw Faults.missing("attribute");
        }
        Image image = calls.view((tx, account) -> ImageOperations.requireOwn(tx, account, id));
        var response = DescribeImageAttributeResponse.builder().imageId(id.value());
        switch (attribute) {
            case "description" -> response.description(value(image.description()));
            case "launchPermission" -> response.launchPermissions(show(image.launchPermissions()));
            case "bootMode" -> response.bootMode(value(ImageView.bootMode(image)));
            case "blockDeviceMapping" -> response.blockDeviceMappings(ImageView.mappings(image));
            case "imdsSupport" ->
                    response.imdsSupport(value(image.tokensRequired() ? "v2.0" : null));
            case "productCodes" -> response.productCodes(List.of());
            case "kernel",
                    "ramdisk",
                    "sriovNetSupport",
                    "tpmSupport",
                    "uefiData",
                    "lastLaunchedTime" -> {
                // Images of this cloud have none of these, which AWS answers with nothing.
            }
            case "deregistrationProtection" -> response.deregistrationProtection(value("disabled"));
            default ->
                    throw Faults.invalidValue(
                            "Value (%s) for parameter attribute is invalid. Unknown attribute."
                                    .formatted(attribute));
        }
        return response.build();
    }

    ModifyImageAttributeResponse modify(ModifyImageAttributeRequest request) {
        List<UnaryOperator<Image>> changes = new ArrayList<>();
        launchPermissions(request, changes);
        if (request.description() != null) {
            String text = ImageOperations.checkedDescription(request.description().value());
            changes.add(image -> image.withDescription(text));
        }
        if (request.imdsSupport() != null) {
            String support = request.imdsSupport().value();
            if (!"v2.0".equals(support)) {
                throw Faults.invalidValue(
                        "Value (%s) for parameter imdsSupport is invalid.".formatted(support));
            }
            changes.add(image -> image.withTokensRequired(true));
        }
        if ("description".equals(request.attribute()) && request.value() != null) {
            String text = ImageOperations.checkedDescription(request.value());
            changes.add(image -> image.withDescription(text));
        }
        if (changes.isEmpty()) {
            throw Fault.invalid("InvalidParameterCombination", "No attributes specified.");
        }
        change(request.imageId(), changes);
        return ModifyImageAttributeResponse.builder().build();
    }

    private static void launchPermissions(
            ModifyImageAttributeRequest request, List<UnaryOperator<Image>> changes) {
        if (!request.organizationArns().isEmpty() || !request.organizationalUnitArns().isEmpty()) {
            throw Faults.unsupported("Sharing an image with an organization");
        }
        var both = request.launchPermission();
        if (both != null) {
            LaunchPermissions more = read(both.add());
            LaunchPermissions less = read(both.remove());
            changes.add(image ->
                    image.withLaunchPermissions(image.launchPermissions().plus(more).minus(less)));
        }
        if (request.userIds().isEmpty() && request.userGroups().isEmpty()) {
            return;
        }
        String attribute = request.attribute();
        if (attribute != null && !attribute.equals("launchPermission")) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter attribute is invalid.".formatted(attribute));
        }
        LaunchPermissions named = read(request.userIds(), request.userGroups());
        String operation = request.operationTypeAsString();
        switch (operation == null ? "" : operation) {
            case "add" ->
                    changes.add(image ->
                            image.withLaunchPermissions(image.launchPermissions().plus(named)));
            case "remove" ->
                    changes.add(image ->
                            image.withLaunchPermissions(image.launchPermissions().minus(named)));
            case "" -> throw Faults.missing("operationType");
            default ->
                    throw Faults.invalidValue(
                            "Value (%s) for parameter operationType is invalid."
                                    .formatted(operation));
        }
    }

    private static LaunchPermissions read(List<LaunchPermission> permissions) {
        List<String> users = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (LaunchPermission permission : permissions) {
            if (permission.userId() != null) {
                users.add(permission.userId());
            }
            if (permission.groupAsString() != null) {
                groups.add(permission.groupAsString());
            }
            if (permission.organizationArn() != null
                    || permission.organizationalUnitArn() != null) {
                throw Faults.unsupported("Sharing an image with an organization");
            }
        }
        return read(users, groups);
    }

    private static LaunchPermissions read(List<String> users, List<String> groups) {
        Set<AccountId> accounts = new TreeSet<>();
        for (String user : users) {
            if (!AccountId.isAccountId(user)) {
                throw invalidItem(user, "userId");
            }
            accounts.add(new AccountId(user));
        }
        for (String group : groups) {
            if (!group.equals(ALL)) {
                throw invalidItem(group, "userGroup");
            }
        }
        return new LaunchPermissions(!groups.isEmpty(), accounts);
    }

    private static Fault invalidItem(String value, String type) {
        return Fault.invalid(
                "InvalidAMIAttributeItemValue",
                "Invalid attribute item value \"%s\" for %s item type.".formatted(value, type));
    }

    ResetImageAttributeResponse reset(ResetImageAttributeRequest request) {
        if (!"launchPermission".equals(request.attributeAsString())) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter attribute is invalid."
                            .formatted(request.attributeAsString()));
        }
        change(
                request.imageId(),
                List.of(image -> image.withLaunchPermissions(LaunchPermissions.NONE)));
        return ResetImageAttributeResponse.builder().build();
    }

    EnableImageDeprecationResponse deprecate(EnableImageDeprecationRequest request) {
        Instant when = request.deprecateAt();
        if (when == null) {
            throw Faults.missing("DeprecateAt");
        }
        if (when.isBefore(Calls.now())) {
            throw Faults.invalidValue("The deprecation time must be in the future.");
        }
        change(request.imageId(), List.of(image -> image.withDeprecated(when)));
        return EnableImageDeprecationResponse.builder().returnValue(true).build();
    }

    DisableImageDeprecationResponse undeprecate(DisableImageDeprecationRequest request) {
        change(request.imageId(), List.of(image -> image.withDeprecated(null)));
        return DisableImageDeprecationResponse.builder().returnValue(true).build();
    }

    private void change(@Nullable String imageId, List<UnaryOperator<Image>> changes) {
        ImageId id = ImageOperations.parse(imageId);
        calls.change((tx, account) -> {
            Image image = ImageOperations.requireOwn(tx, account, id);
            for (UnaryOperator<Image> change : changes) {
                image = change.apply(image);
            }
            tx.put(ImageTables.IMAGES, image.key(), image);
            return image;
        });
    }

    private static List<LaunchPermission> show(LaunchPermissions permissions) {
        List<LaunchPermission> shown = new ArrayList<>();
        if (permissions.everyone()) {
            shown.add(LaunchPermission.builder().group(PermissionGroup.ALL).build());
        }
        permissions.accounts().stream()
                .sorted()
                .forEach(a -> shown.add(LaunchPermission.builder().userId(a.value()).build()));
        return shown;
    }

    private static AttributeValue value(@Nullable String text) {
        return AttributeValue.builder().value(text).build();
    }
}
