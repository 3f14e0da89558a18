package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.api.CallContext;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceEdit;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttributeBooleanValue;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceAttributeResponse;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.InstanceAttributeName;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsResponse;

/** What the owner of an instance may see and change of it, one attribute at a time. */
final class InstanceAttributes {
    private final Store store;
    private final NetworkInterfaces interfaces;

    InstanceAttributes(Store store, NetworkInterfaces interfaces) {
        this.store = requireNonNull(store);
        this.interfaces = requireNonNull(interfaces);
    }

    DescribeInstanceAttributeResponse describe(DescribeInstanceAttributeRequest request) {
        var call = CallContext.current();
        var id = InstanceId.parse(request.instanceId());
        var attribute = known(request.attribute(), request.attributeAsString());
        return store.view(tx -> {
            var instance = InstancePower.require(tx, call, id);
            call.stopHereIfDryRun();
            var response = DescribeInstanceAttributeResponse.builder().instanceId(id.value());
            add(response, attribute, tx, instance);
            return response.build();
        });
    }

    private static void add(
            DescribeInstanceAttributeResponse.Builder response,
            InstanceAttributeName attribute,
            ReadTransaction tx,
            Instance instance) {
        var settings = instance.settings();
        switch (attribute) {
            case INSTANCE_TYPE -> response.instanceType(value -> value.value(settings.type()));
            case USER_DATA ->
                    response.userData(value ->
                            value.value(
                                    settings.userData().isEmpty() ? null : settings.userData()));
            case DISABLE_API_TERMINATION ->
                    response.disableApiTermination(flag(settings.terminationProtected()));
            case DISABLE_API_STOP -> response.disableApiStop(flag(settings.stopProtected()));
            case INSTANCE_INITIATED_SHUTDOWN_BEHAVIOR ->
                    response.instanceInitiatedShutdownBehavior(value ->
                            value.value(settings.shutdownTerminates() ? "terminate" : "stop"));
            case ROOT_DEVICE_NAME ->
                    response.rootDeviceName(
                            value -> value.value(instance.launch().rootDeviceName()));
            case BLOCK_DEVICE_MAPPING ->
                    response.blockDeviceMappings(InstanceViews.mappings(tx, instance));
            case SOURCE_DEST_CHECK ->
                    response.sourceDestCheck(
                            flag(
                                    primary(tx, instance) == null
                                            || requireNonNull(primary(tx, instance))
                                                    .sourceDestCheck()));
            case GROUP_SET -> response.groups(groups(tx, instance));
            case EBS_OPTIMIZED -> response.ebsOptimized(flag(settings.ebsOptimized()));
            case ENA_SUPPORT -> response.enaSupport(flag(true));
            case ENCLAVE_OPTIONS -> response.enclaveOptions(options -> options.enabled(false));
            case PRODUCT_CODES -> response.productCodes(List.of());
            // Instances here have none of their own.
            case KERNEL, RAMDISK, SRIOV_NET_SUPPORT -> {}
            case UNKNOWN_TO_SDK_VERSION -> throw invalid(attribute.toString());
        }
    }

    ModifyInstanceAttributeResponse modify(ModifyInstanceAttributeRequest request) {
        var call = CallContext.current();
        var id = InstanceId.parse(request.instanceId());
        var change = InstanceChange.of(request);
        return store.transact(tx -> {
            var instance = InstancePower.require(tx, call, id);
            if (instance.state() == InstanceState.TERMINATED
                    || instance.state() == InstanceState.SHUTTING_DOWN) {
                throw incorrectState(instance, "it is " + instance.state().awsName());
            }
            var edit = apply(tx, instance, change);
            call.stopHereIfDryRun();
            var changed = edit.done();
            if (!changed.equals(instance)) {
                tx.put(InstanceTables.INSTANCES, changed.key(), changed);
            }
            return ModifyInstanceAttributeResponse.builder().build();
        });
    }

    ModifyInstanceMetadataOptionsResponse modifyMetadata(
            ModifyInstanceMetadataOptionsRequest request) {
        var call = CallContext.current();
        var id = InstanceId.parse(request.instanceId());
        return store.transact(tx -> {
            var instance = InstancePower.require(tx, call, id);
            var now = LaunchRules.metadata(request, instance.settings().metadata());
            call.stopHereIfDryRun();
            var changed = instance.edit().settings(instance.settings().with(now)).done();
            tx.put(InstanceTables.INSTANCES, changed.key(), changed);
            return ModifyInstanceMetadataOptionsResponse.builder()
                    .instanceId(id.value())
                    .instanceMetadataOptions(InstanceViews.metadata(now))
                    .build();
        });
    }

    private InstanceEdit apply(Transaction tx, Instance instance, InstanceChange change) {
        var settings = instance.settings();
        var edit = instance.edit();
        switch (change) {
            case InstanceChange.Type(String type) -> {
                demandStopped(instance, "instanceType");
                edit.settings(settings.withType(LaunchRules.type(type).name()));
            }
            case InstanceChange.UserData(String base64) -> {
                demandStopped(instance, "userData");
                edit.settings(settings.withUserData(LaunchRules.userData(base64)));
            }
            case InstanceChange.EbsOptimized(boolean on) -> {
                demandStopped(instance, "ebsOptimized");
                edit.settings(settings.withEbsOptimized(on));
            }
            case InstanceChange.TerminationProtection(boolean on) ->
                    edit.settings(settings.withTerminationProtected(on));
            case InstanceChange.StopProtection(boolean on) ->
                    edit.settings(settings.withStopProtected(on));
            case InstanceChange.ShutdownBehaviour(String behaviour) ->
                    edit.settings(
                            settings.withShutdownTerminates(
                                    LaunchRules.shutdownTerminates(behaviour)));
            case InstanceChange.SourceDestCheck(boolean on) -> {
                var one = requirePrimary(tx, instance).withSourceDestCheck(on);
                tx.put(VpcTables.NETWORK_INTERFACES, one.key(), one);
            }
            case InstanceChange.Groups(List<SecurityGroupId> groups) ->
                    interfaces.setSecurityGroups(tx, requirePrimary(tx, instance), groups);
            case InstanceChange.DeleteOnTermination(var byDevice) ->
                    deleteOnTermination(tx, instance, byDevice);
        }
        return edit;
    }

    private static void deleteOnTermination(
            Transaction tx, Instance instance, Map<String, Boolean> byDevice) {
        var attached = new HashMap<String, Volume>();
        Volumes.of(tx, instance.key())
                .forEach(
                        volume -> attached.put(volume.attachment().orElseThrow().device(), volume));
        byDevice.forEach((name, delete) -> {
            var volume = attached.get(name);
            if (volume != null) {
                var attachment = volume.attachment().orElseThrow();
                Volumes.put(tx, volume.with(attachment.withDeleteOnTermination(delete)));
            } else {
                throw Fault.absent(
                        "InvalidInstanceAttributeValue",
                        "No device is currently mapped at %s".formatted(name));
            }
        });
    }

    private static void demandStopped(Instance instance, String attribute) {
        if (instance.state() != InstanceState.STOPPED) {
            throw Fault.conflict(
                    "IncorrectInstanceState",
                    "The instance '%s' is not in the 'stopped' state. The attribute '%s' can only be changed then."
                            .formatted(instance.id(), attribute));
        }
    }

    private static @Nullable NetworkInterface primary(ReadTransaction tx, Instance instance) {
        var all = NetworkInterfaces.of(tx, instance.key());
        return all.isEmpty() ? null : all.getFirst();
    }

    private static NetworkInterface requirePrimary(ReadTransaction tx, Instance instance) {
        var primary = primary(tx, instance);
        if (primary == null) {
            throw incorrectState(instance, "it has no network interface");
        }
        return primary;
    }

    private static List<GroupIdentifier> groups(ReadTransaction tx, Instance instance) {
        var primary = primary(tx, instance);
        if (primary == null) {
            return List.of();
        }
        return GroupIdentifiers.of(tx, primary);
    }

    private static AttributeBooleanValue flag(boolean on) {
        return AttributeBooleanValue.builder().value(on).build();
    }

    static InstanceAttributeName known(
            @Nullable InstanceAttributeName attribute, @Nullable String text) {
        if (attribute == null || attribute == InstanceAttributeName.UNKNOWN_TO_SDK_VERSION) {
            throw text == null
                    ? Fault.invalid(
                            "MissingParameter", "The request must contain the parameter attribute")
                    : invalid(text);
        }
        return attribute;
    }

    private static Fault invalid(String attribute) {
        return Fault.invalid(
                "InvalidParameterValue",
                "Value (%s) for parameter attribute is invalid. Unknown attribute."
                        .formatted(attribute));
    }

    private static Fault incorrectState(Instance instance, String why) {
        return Fault.conflict(
                "IncorrectInstanceState",
                "The instance '%s' cannot be modified: %s.".formatted(instance.id(), why));
    }
}
