package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.state.Volumes;
import io.brume.store.ReadTransaction;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumeStatusResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeAttributeResponse;
import software.amazon.awssdk.services.ec2.model.VolumeAttributeName;
import software.amazon.awssdk.services.ec2.model.VolumeStatusDetails;
import software.amazon.awssdk.services.ec2.model.VolumeStatusInfoStatus;
import software.amazon.awssdk.services.ec2.model.VolumeStatusItem;
import software.amazon.awssdk.services.ec2.model.VolumeStatusName;

/** DescribeVolumeStatus, and the attributes of a volume. */
final class VolumeStatuses {
    private static final Filters<VolumeStatusItem> FILTERS =
            Filters.<VolumeStatusItem>table()
                    .value("availability-zone", VolumeStatusItem::availabilityZone)
                    .value("volume-status.status", item -> item.volumeStatus().statusAsString())
                    .values(
                            "volume-status.details-name",
                            item ->
                                    item.volumeStatus().details().stream()
                                            .map(detail -> detail.nameAsString())
                                            .toList())
                    .values(
                            "volume-status.details-status",
                            item ->
                                    item.volumeStatus().details().stream()
                                            .map(detail -> detail.status())
                                            .toList())
                    .value("action.code", _ -> null)
                    .value("action.description", _ -> null)
                    .value("action.event-id", _ -> null)
                    .value("event.description", _ -> null)
                    .value("event.event-id", _ -> null)
                    .value("event.event-type", _ -> null)
                    .value("event.not-after", _ -> null)
                    .value("event.not-before", _ -> null)
                    .build();

    private final Calls calls;
    private final Pager pager;

    VolumeStatuses(Calls calls, Pager pager) {
        this.calls = requireNonNull(calls);
        this.pager = requireNonNull(pager);
    }

    DescribeVolumeStatusResponse describe(DescribeVolumeStatusRequest request) {
        var call = CallContext.current();
        var matcher = FILTERS.matcher(request.filters());
        var named = request.volumeIds().stream().map(VolumeId::parse).toList();
        if (request.maxResults() != null && !named.isEmpty()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameter volumeIds cannot be used with the parameter maxResults");
        }
        var page = pager.open(call.account().value(), request, PageLimits.EC2);
        var all = calls.view((tx, account) -> all(tx, call));
        for (var id : named) {
            if (all.stream().noneMatch(item -> item.volumeId().equals(id.value()))) {
                throw id.notFound();
            }
        }
        var rows =
                page.of(
                        all.stream()
                                .filter(item ->
                                        named.isEmpty()
                                                || named.contains(new VolumeId(item.volumeId())))
                                .filter(matcher)
                                .toList(),
                        VolumeStatusItem::volumeId);
        return DescribeVolumeStatusResponse.builder()
                .volumeStatuses(rows.items())
                .nextToken(rows.nextToken())
                .build();
    }

    private static List<VolumeStatusItem> all(ReadTransaction tx, CallContext call) {
        var items = new ArrayList<VolumeStatusItem>();
        for (var volume : Volumes.all(tx, call.account())) {
            items.add(item(volume.id(), volume.zone(), status(volume)));
        }
        return items;
    }

    private static VolumeStatusInfoStatus status(Volume volume) {
        return switch (volume.shownState()) {
            case CREATING -> VolumeStatusInfoStatus.INSUFFICIENT_DATA;
            case AVAILABLE, IN_USE, DELETING, DELETED -> VolumeStatusInfoStatus.OK;
            case ERROR -> VolumeStatusInfoStatus.IMPAIRED;
        };
    }

    private static VolumeStatusItem item(VolumeId id, String zone, VolumeStatusInfoStatus status) {
        var enabled =
                switch (status) {
                    case OK -> "passed";
                    case IMPAIRED -> "failed";
                    default -> "insufficient-data";
                };
        return VolumeStatusItem.builder()
                .volumeId(id.value())
                .availabilityZone(zone)
                .actions(List.of())
                .events(List.of())
                .volumeStatus(info ->
                        info.status(status)
                                .details(
                                        detail(VolumeStatusName.IO_ENABLED, enabled),
                                        detail(VolumeStatusName.IO_PERFORMANCE, "not-applicable")))
                .build();
    }

    private static VolumeStatusDetails detail(VolumeStatusName name, String status) {
        return VolumeStatusDetails.builder().name(name).status(status).build();
    }

    DescribeVolumeAttributeResponse attribute(DescribeVolumeAttributeRequest request) {
        var id = VolumeId.parse(request.volumeId());
        var name = request.attribute();
        if (name == null) {
            throw Faults.missing("attribute");
        }
        if (name == VolumeAttributeName.UNKNOWN_TO_SDK_VERSION) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter attribute is invalid. Unknown attribute."
                            .formatted(request.attributeAsString()));
        }
        boolean autoEnableIo =
                calls.view((tx, account) -> Volumes.require(tx, account, id).autoEnableIo());
        var response = DescribeVolumeAttributeResponse.builder().volumeId(id.value());
        if (name == VolumeAttributeName.AUTO_ENABLE_IO) {
            response.autoEnableIO(value -> value.value(autoEnableIo));
        } else {
            response.productCodes(List.of());
        }
        return response.build();
    }

    ModifyVolumeAttributeResponse modify(ModifyVolumeAttributeRequest request) {
        var id = VolumeId.parse(request.volumeId());
        var asked = request.autoEnableIO();
        var on = asked == null ? null : asked.value();
        if (on == null) {
            throw Faults.missing("AutoEnableIO");
        }
        calls.change((tx, account) -> {
            var volume = Volumes.require(tx, account, id);
            if (volume.state() == VolumeState.DELETING) {
                throw id.notFound();
            }
            Volumes.put(tx, volume.withAutoEnableIo(on));
            return id;
        });
        return ModifyVolumeAttributeResponse.builder().build();
    }
}
