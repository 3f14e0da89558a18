package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.vpc.SecurityGroupId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeRequest;

/** The one thing that a ModifyInstanceAttribute changes. */
sealed interface InstanceChange {
    /** Another instance type. */
    record Type(String type) implements InstanceChange {}

    /** Other user data, in base64. */
    record UserData(String base64) implements InstanceChange {}

    /** Whether disks have a link of their own. */
    record EbsOptimized(boolean on) implements InstanceChange {}

    /** Whether the API may terminate it. */
    record TerminationProtection(boolean on) implements InstanceChange {}

    /** Whether the API may stop it. */
    record StopProtection(boolean on) implements InstanceChange {}

    /** What the guest's own shutdown does. */
    record ShutdownBehaviour(String behaviour) implements InstanceChange {}

    /** Whether it may send and receive for other addresses. */
    record SourceDestCheck(boolean on) implements InstanceChange {}

    /** Other groups for its primary interface. */
    record Groups(List<SecurityGroupId> groups) implements InstanceChange {
        public Groups {
            groups = List.copyOf(groups);
        }
    }

    /** Which disks go with the instance, by device name. */
    record DeleteOnTermination(Map<String, Boolean> byDevice) implements InstanceChange {
        public DeleteOnTermination {
            byDevice = Map.copyOf(byDevice);
        }
    }

    /**
     * Reads a request, which names one attribute either by a member of its own or by {@code
     * Attribute} and {@code Value}.
     *
     * @throws Fault in AWS's words
     */
    static InstanceChange of(ModifyInstanceAttributeRequest request) {
        var changes = new ArrayList<InstanceChange>();
        if (request.attributeAsString() != null) {
            changes.add(named(request));
        }
        members(request, changes);
        if (changes.isEmpty()) {
            throw Fault.invalid(
                    "MissingParameter", "The request must contain one attribute to modify");
        }
        if (changes.size() > 1) {
            throw Fault.invalid(
                    "InvalidParameterCombination", "Fields for multiple attribute types specified");
        }
        return changes.getFirst();
    }

    private static void members(
            ModifyInstanceAttributeRequest request, List<InstanceChange> changes) {
        if (request.instanceType() != null) {
            changes.add(new Type(text(request.instanceType().value())));
        }
        if (request.userData() != null && request.userData().value() != null) {
            changes.add(
                    new UserData(
                            Base64.getEncoder()
                                    .encodeToString(request.userData().value().asByteArray())));
        }
        if (request.ebsOptimized() != null) {
            changes.add(new EbsOptimized(flag(request.ebsOptimized().value())));
        }
        if (request.disableApiTermination() != null) {
            changes.add(new TerminationProtection(flag(request.disableApiTermination().value())));
        }
        if (request.disableApiStop() != null) {
            changes.add(new StopProtection(flag(request.disableApiStop().value())));
        }
        if (request.instanceInitiatedShutdownBehavior() != null) {
            changes.add(
                    new ShutdownBehaviour(
                            text(request.instanceInitiatedShutdownBehavior().value())));
        }
        if (request.sourceDestCheck() != null) {
            changes.add(new SourceDestCheck(flag(request.sourceDestCheck().value())));
        }
        if (!request.groups().isEmpty()) {
            changes.add(new Groups(request.groups().stream().map(SecurityGroupId::parse).toList()));
        }
        if (!request.blockDeviceMappings().isEmpty() && request.attributeAsString() == null) {
            changes.add(disks(request));
        }
        if (request.kernel() != null
                || request.ramdisk() != null
                || request.sriovNetSupport() != null
                || request.enaSupport() != null) {
            throw notSupported("kernel, ramdisk, sriovNetSupport and enaSupport");
        }
    }

    private static InstanceChange named(ModifyInstanceAttributeRequest request) {
        var value = request.value();
        return switch (InstanceAttributes.known(request.attribute(), request.attributeAsString())) {
            case INSTANCE_TYPE -> new Type(text(value));
            case USER_DATA -> new UserData(text(value));
            case EBS_OPTIMIZED -> new EbsOptimized(flag(value));
            case DISABLE_API_TERMINATION -> new TerminationProtection(flag(value));
            case DISABLE_API_STOP -> new StopProtection(flag(value));
            case INSTANCE_INITIATED_SHUTDOWN_BEHAVIOR -> new ShutdownBehaviour(text(value));
            case SOURCE_DEST_CHECK -> new SourceDestCheck(flag(value));
            case BLOCK_DEVICE_MAPPING -> disks(request);
            case GROUP_SET,
                    KERNEL,
                    RAMDISK,
                    ROOT_DEVICE_NAME,
                    PRODUCT_CODES,
                    SRIOV_NET_SUPPORT,
                    ENA_SUPPORT,
                    ENCLAVE_OPTIONS,
                    UNKNOWN_TO_SDK_VERSION ->
                    throw notSupported(request.attributeAsString());
        };
    }

    private static DeleteOnTermination disks(ModifyInstanceAttributeRequest request) {
        var byDevice = new TreeMap<String, Boolean>();
        for (var mapping : request.blockDeviceMappings()) {
            if (mapping.deviceName() == null
                    || mapping.ebs() == null
                    || mapping.ebs().deleteOnTermination() == null) {
                throw Fault.invalid(
                        "InvalidParameterCombination",
                        "Only DeleteOnTermination of a mapped device can be modified.");
            }
            byDevice.put(mapping.deviceName(), mapping.ebs().deleteOnTermination());
        }
        return new DeleteOnTermination(byDevice);
    }

    private static String text(@Nullable String value) {
        if (value == null) {
            throw Fault.invalid("MissingParameter", "The request must contain the parameter value");
        }
        return value;
    }

    private static boolean flag(@Nullable Boolean value) {
        return flag(value == null ? null : value.toString());
    }

    private static boolean flag(@Nullable String value) {
        var text = text(value);
        if (!text.equals("true") && !text.equals("false")) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value (%s) for parameter value is invalid. It must be true or false."
                            .formatted(text));
        }
        return text.equals("true");
    }

    private static Fault notSupported(String what) {
        return Fault.unsupported(
                "UnsupportedOperation", "This cloud cannot modify %s.".formatted(what));
    }
}
