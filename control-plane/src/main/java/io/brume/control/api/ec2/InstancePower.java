package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.api.CallContext;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.InstanceState.Event;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.Demand;
import io.brume.control.scheduler.Resources;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.InstanceStateChange;
import software.amazon.awssdk.services.ec2.model.RebootInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RebootInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StartInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StartInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesResponse;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;

/**
 * StartInstances, StopInstances, RebootInstances, TerminateInstances: commit what is wanted; the
 * instances' hosts make it so. Each call is for all of its instances or for none.
 */
final class InstancePower {
    private static final int MOST_INSTANCES = 1000;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Store store;
    private final Capacity capacity;
    private final NetworkInterfaces interfaces;
    private final RandomGenerator random;

    InstancePower(
            Store store, Capacity capacity, NetworkInterfaces interfaces, RandomGenerator random) {
        this.store = requireNonNull(store);
        this.capacity = requireNonNull(capacity);
        this.interfaces = requireNonNull(interfaces);
        this.random = requireNonNull(random);
    }

    /** An instance before and after a call. */
    private record Step(Instance before, Instance after) {
        InstanceStateChange change() {
            return InstanceStateChange.builder()
                    .instanceId(after.id().value())
                    .previousState(InstanceViews.state(before.state()))
                    .currentState(InstanceViews.state(after.state()))
                    .build();
        }
    }

    /** What a call does to one instance. */
    @FunctionalInterface
    private interface Change {
        Instance on(Transaction tx, Instance instance);
    }

    StartInstancesResponse start(StartInstancesRequest request) {
        var call = CallContext.current();
        var ids = ids(request.instanceIds());
        long seed = random.nextLong();
        var held = holdForStart(call, ids);
        boolean committed = false;
        try {
            var steps =
                    change(
                            call,
                            ids,
                            (tx, instance) ->
                                    start(tx, instance, held.get(instance.id()), call, seed));
            committed = true;
            return StartInstancesResponse.builder().startingInstances(changes(steps)).build();
        } finally {
            if (!committed) {
                held.keySet().forEach(capacity::release);
            }
        }
    }

    StopInstancesResponse stop(StopInstancesRequest request) {
        var call = CallContext.current();
        if (Boolean.TRUE.equals(request.hibernate())) {
            throw Fault.unsupported(
                    "UnsupportedHibernationConfiguration",
                    "The instances are not configured for hibernation.");
        }
        boolean force = Boolean.TRUE.equals(request.force());
        var steps =
                change(
                        call,
                        ids(request.instanceIds()),
                        (_, instance) -> stop(instance, call.time(), force));
        return StopInstancesResponse.builder().stoppingInstances(changes(steps)).build();
    }

    RebootInstancesResponse reboot(RebootInstancesRequest request) {
        change(
                CallContext.current(),
                ids(request.instanceIds()),
                (_, instance) -> reboot(instance));
        return RebootInstancesResponse.builder().build();
    }

    TerminateInstancesResponse terminate(TerminateInstancesRequest request) {
        var call = CallContext.current();
        var steps =
                change(
                        call,
                        ids(request.instanceIds()),
                        (_, instance) -> terminate(instance, call.time()));
        return TerminateInstancesResponse.builder().terminatingInstances(changes(steps)).build();
    }

    private List<Step> change(CallContext call, List<InstanceId> ids, Change change) {
        return store.transact(tx -> {
            var steps = new ArrayList<Step>();
            for (var id : ids) {
                var before = require(tx, call, id);
                steps.add(new Step(before, change.on(tx, before)));
            }
            call.stopHereIfDryRun();
            for (var step : steps) {
                if (!step.after().equals(step.before())) {
                    tx.put(InstanceTables.INSTANCES, step.after().key(), step.after());
                }
            }
            return steps;
        });
    }

    /** An instance of the caller's. */
    static Instance require(ReadTransaction tx, CallContext call, InstanceId id) {
        var instance = tx.get(InstanceTables.INSTANCES, new Owned<>(call.account(), id));
        if (instance == null) {
            throw id.notFound();
        }
        return instance;
    }

    private Instance start(
            Transaction tx, Instance instance, @Nullable NodeId host, CallContext call, long seed) {
        return switch (instance.state()) {
            case PENDING, RUNNING -> instance;
            case STOPPED -> {
                demandRoot(tx, instance);
                // Without a host it has stopped only now, or this is a dry run.
                if ((host == null && !call.dryRun()) || instance.imaging().isPresent()) {
                    throw incorrectState(instance, "started");
                }
                for (var one : NetworkInterfaces.of(tx, instance.key())) {
                    if (wantsPublicAddress(tx, one)) {
                        interfaces.givePublicAddress(tx, one, seed ^ one.mac().bits());
                    }
                }
                var started =
                        instance.edit()
                                .apply(Event.START_REQUESTED)
                                .reason(StateReason.PENDING)
                                .transitionReason("")
                                .nextRun(call.time());
                if (host != null) {
                    Volumes.moved(tx, instance.key(), Optional.of(host));
                    started.node(host);
                }
                yield started.done();
            }
            case STOPPING, SHUTTING_DOWN, TERMINATED -> throw incorrectState(instance, "started");
        };
    }

    private static void demandRoot(ReadTransaction tx, Instance instance) {
        boolean root =
                Volumes.of(tx, instance.key()).stream()
                        .filter(volume -> volume.attachment().orElseThrow().state().isWanted())
                        .anyMatch(volume -> volume.isRootOf(instance));
        if (!root) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Invalid value '%s' for instanceId. Instance does not have a volume attached at root (%s)"
                            .formatted(instance.id(), instance.launch().rootDeviceName()));
        }
    }

    private static boolean wantsPublicAddress(ReadTransaction tx, NetworkInterface one) {
        var subnet = tx.get(VpcTables.SUBNETS, one.subnet());
        return subnet != null && subnet.mapPublicIpOnLaunch();
    }

    private static Instance stop(Instance instance, Instant now, boolean force) {
        if (instance.settings().stopProtected() && instance.state().holdsCapacity()) {
            throw Fault.denied(
                            "OperationNotPermitted",
                            "The instance '%s' may not be stopped. Modify its 'disableApiStop' instance attribute and try again."
                                    .formatted(instance.id()))
                    .withStatus(400);
        }
        return switch (instance.state()) {
            case PENDING, RUNNING ->
                    instance.edit()
                            .apply(Event.STOP_REQUESTED)
                            .forceStop(force)
                            .reason(StateReason.USER_STOP)
                            .transitionReason("User initiated (" + STAMP.format(now) + ")")
                            .done();
            case STOPPING -> force ? instance.edit().forceStop(true).done() : instance;
            case STOPPED -> instance;
            case SHUTTING_DOWN, TERMINATED -> throw incorrectState(instance, "stopped");
        };
    }

    private static Instance reboot(Instance instance) {
        return switch (instance.state()) {
            case RUNNING -> instance.edit().nextReboot().done();
            case PENDING -> instance;
            case STOPPING, STOPPED, SHUTTING_DOWN, TERMINATED ->
                    throw incorrectState(instance, "rebooted");
        };
    }

    private static Instance terminate(Instance instance, Instant now) {
        if (instance.state() == InstanceState.TERMINATED
                || instance.state() == InstanceState.SHUTTING_DOWN) {
            return instance;
        }
        if (instance.settings().terminationProtected()) {
            throw Fault.denied(
                            "OperationNotPermitted",
                            "The instance '%s' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
                                    .formatted(instance.id()))
                    .withStatus(400);
        }
        return instance.edit()
                .apply(Event.TERMINATE_REQUESTED)
                .reason(StateReason.USER_STOP)
                .transitionReason("User initiated (" + STAMP.format(now) + ")")
                .done();
    }

    private static Fault incorrectState(Instance instance, String what) {
        return Fault.conflict(
                "IncorrectInstanceState",
                "The instance '%s' is not in a state from which it can be %s: it is %s."
                        .formatted(instance.id(), what, instance.state().awsName()));
    }

    /** Holds room for those that are stopped, each on the host that it was on if that has room. */
    private Map<InstanceId, NodeId> holdForStart(CallContext call, List<InstanceId> ids) {
        if (call.dryRun()) {
            return Map.of();
        }
        Map<InstanceId, Demand> demands =
                store.view(tx -> {
                    var wanted = new LinkedHashMap<InstanceId, Demand>();
                    for (var id : ids) {
                        var instance = require(tx, call, id);
                        if (instance.state() == InstanceState.STOPPED) {
                            wanted.put(id, demand(instance));
                        }
                    }
                    return wanted;
                });
        try {
            return capacity.hold(demands, demands.size());
        } catch (Capacity.NoRoomException e) {
            throw Fault.of(
                    Fault.Category.CAPACITY,
                    "InsufficientInstanceCapacity",
                    "There is not enough capacity to start the instances: %s."
                            .formatted(e.getMessage()));
        }
    }

    private static Demand demand(Instance instance) {
        var type = LaunchRules.type(instance.settings().type());
        return new Demand(
                instance.launch().zone(),
                instance.launch().architecture(),
                new Resources(type.vcpus(), type.memoryMib()),
                instance.node());
    }

    private static List<InstanceId> ids(List<String> texts) {
        if (texts.isEmpty()) {
            throw Fault.invalid(
                    "MissingParameter", "The request must contain the parameter InstanceId");
        }
        if (texts.size() > MOST_INSTANCES) {
            throw Fault.quota(
                    "InvalidParameterValue",
                    "At most %d instances can be named.".formatted(MOST_INSTANCES));
        }
        var ids = new LinkedHashSet<InstanceId>();
        texts.forEach(text -> ids.add(InstanceId.parse(text)));
        return List.copyOf(ids);
    }

    private static List<InstanceStateChange> changes(List<Step> steps) {
        return steps.stream().map(Step::change).toList();
    }
}
