package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.state.Rows;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.InstanceStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStatusDetails;
import software.amazon.awssdk.services.ec2.model.InstanceStatusSummary;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.StatusName;
import software.amazon.awssdk.services.ec2.model.StatusType;
import software.amazon.awssdk.services.ec2.model.SummaryStatus;

/** DescribeInstances and DescribeInstanceStatus. */
final class Instances {
    private static final Filters<InstanceStatus> STATUSES =
            Filters.<InstanceStatus>table()
                    .value("availability-zone", InstanceStatus::availabilityZone)
                    .value(
                            "instance-state-code",
                            status -> String.valueOf(status.instanceState().code()))
                    .value("instance-state-name", status -> status.instanceState().nameAsString())
                    .value(
                            "instance-status.status",
                            status -> status.instanceStatus().statusAsString())
                    .value("system-status.status", status -> status.systemStatus().statusAsString())
                    .values(
                            "instance-status.reachability",
                            status -> reachability(status.instanceStatus()))
                    .values(
                            "system-status.reachability",
                            status -> reachability(status.systemStatus()))
                    .value("event.code", _ -> null)
                    .value("event.description", _ -> null)
                    .value("event.instance-event-id", _ -> null)
                    .value("event.not-after", _ -> null)
                    .value("event.not-before", _ -> null)
                    .value("event.not-before-deadline", _ -> null)
                    .build();

    private final Store store;
    private final InstanceViews views;
    private final Pager pager;

    Instances(Store store, InstanceViews views, Pager pager) {
        this.store = requireNonNull(store);
        this.views = requireNonNull(views);
        this.pager = requireNonNull(pager);
    }

    DescribeInstancesResponse describe(DescribeInstancesRequest request) {
        refuseSizeWithIds(request.maxResults(), request.instanceIds());
        var call = CallContext.current();
        var matcher = InstanceFilters.INSTANCES.matcher(request.filters());
        var page = pager.open(call.account().value(), request, PageLimits.EC2);
        call.stopHereIfDryRun();
        Page<InstanceFilters.Row> rows =
                store.view(tx ->
                        page.of(
                                read(tx, call, request.instanceIds()).stream()
                                        .map(instance -> row(tx, instance))
                                        .filter(matcher)
                                        .toList(),
                                row -> row.view().instanceId()));
        return DescribeInstancesResponse.builder()
                .reservations(reservations(rows.items()))
                .nextToken(rows.nextToken())
                .build();
    }

    DescribeInstanceStatusResponse status(DescribeInstanceStatusRequest request) {
        refuseSizeWithIds(request.maxResults(), request.instanceIds());
        var call = CallContext.current();
        var matcher = STATUSES.matcher(request.filters());
        var page = pager.open(call.account().value(), request, PageLimits.EC2);
        call.stopHereIfDryRun();
        boolean all = Boolean.TRUE.equals(request.includeAllInstances());
        Page<InstanceStatus> statuses =
                store.view(tx ->
                        page.of(
                                read(tx, call, request.instanceIds()).stream()
                                        .filter(instance ->
                                                all || instance.state() == InstanceState.RUNNING)
                                        .map(Instances::status)
                                        .filter(matcher)
                                        .toList(),
                                InstanceStatus::instanceId));
        return DescribeInstanceStatusResponse.builder()
                .instanceStatuses(statuses.items())
                .nextToken(statuses.nextToken())
                .build();
    }

    /** The named instances of the caller's, or all of them. */
    static List<Instance> read(ReadTransaction tx, CallContext call, List<String> ids) {
        if (ids.isEmpty()) {
            return Rows.of(
                    tx,
                    InstanceTables.INSTANCES,
                    InstanceTables.INSTANCE_KEYS.startingWith(call.account()));
        }
        var found = new LinkedHashMap<InstanceId, Instance>();
        var missing = new ArrayList<String>();
        for (var text : ids) {
            var id = InstanceId.parse(text);
            var instance = tx.get(InstanceTables.INSTANCES, new Owned<>(call.account(), id));
            if (instance == null) {
                missing.add(text);
            } else {
                found.put(id, instance);
            }
        }
        if (missing.size() > 1) {
            throw Fault.absent(
                    "InvalidInstanceID.NotFound",
                    "The instance IDs '%s' do not exist".formatted(String.join(", ", missing)));
        }
        if (!missing.isEmpty()) {
            throw new InstanceId(missing.getFirst()).notFound();
        }
        return List.copyOf(found.values());
    }

    private static void refuseSizeWithIds(@Nullable Integer size, List<String> ids) {
        if (size != null && !ids.isEmpty()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameter instancesSet cannot be used with the parameter maxResults");
        }
    }

    private InstanceFilters.Row row(ReadTransaction tx, Instance instance) {
        return new InstanceFilters.Row(
                views.of(tx, instance),
                instance.launch().reservation().value(),
                instance.account().value());
    }

    private static List<Reservation> reservations(List<InstanceFilters.Row> rows) {
        Map<String, List<InstanceFilters.Row>> byReservation = new LinkedHashMap<>();
        rows.forEach(row ->
                byReservation.computeIfAbsent(row.reservation(), _ -> new ArrayList<>()).add(row));
        return byReservation.entrySet().stream()
                .map(entry ->
                        Reservation.builder()
                                .reservationId(entry.getKey())
                                .ownerId(entry.getValue().getFirst().owner())
                                .groups(List.of())
                                .instances(
                                        entry.getValue().stream()
                                                .map(InstanceFilters.Row::view)
                                                .toList())
                                .build())
                .toList();
    }

    private static InstanceStatus status(Instance instance) {
        boolean running = instance.state() == InstanceState.RUNNING;
        return InstanceStatus.builder()
                .instanceId(instance.id().value())
                .availabilityZone(instance.launch().zone())
                .instanceState(InstanceViews.state(instance.state()))
                .instanceStatus(summary(running))
                .systemStatus(summary(running))
                .build();
    }

    /** Brume sees that the guest's processors run and its host answers; it does not look inside. */
    private static InstanceStatusSummary summary(boolean running) {
        if (!running) {
            return InstanceStatusSummary.builder().status(SummaryStatus.NOT_APPLICABLE).build();
        }
        return InstanceStatusSummary.builder()
                .status(SummaryStatus.OK)
                .details(
                        InstanceStatusDetails.builder()
                                .name(StatusName.REACHABILITY)
                                .status(StatusType.PASSED)
                                .build())
                .build();
    }

    private static List<String> reachability(InstanceStatusSummary summary) {
        return summary.details().stream().map(detail -> detail.statusAsString()).toList();
    }
}
