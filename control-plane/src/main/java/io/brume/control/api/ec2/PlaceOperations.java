package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.control.api.CallContext;
import io.brume.control.domain.Region;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.state.DefaultNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.AccountAttribute;
import software.amazon.awssdk.services.ec2.model.AccountAttributeValue;
import software.amazon.awssdk.services.ec2.model.AvailabilityZone;
import software.amazon.awssdk.services.ec2.model.AvailabilityZoneOptInStatus;
import software.amazon.awssdk.services.ec2.model.AvailabilityZoneState;
import software.amazon.awssdk.services.ec2.model.DescribeAccountAttributesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAccountAttributesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsResponse;

/** The region, its zones, and what an account may have in it. */
final class PlaceOperations {
    private static final String NO_OPT_IN = "opt-in-not-required";

    private final Calls calls;
    private final Region region;
    private final Filters<Region> regionFilters;
    private final Filters<Region.Zone> zoneFilters;

    PlaceOperations(Calls calls, Region region) {
        this.calls = requireNonNull(calls);
        this.region = requireNonNull(region);
        regionFilters =
                Filters.<Region>table()
                        .value("endpoint", Region::endpoint)
                        .value("opt-in-status", here -> NO_OPT_IN)
                        .value("region-name", Region::name)
                        .build();
        zoneFilters =
                Filters.<Region.Zone>table()
                        .value("group-name", zone -> region.name())
                        .value("group-long-name", zone -> region.name())
                        .value("opt-in-status", zone -> NO_OPT_IN)
                        .value("region-name", zone -> region.name())
                        .value("state", zone -> "available")
                        .value("zone-id", Region.Zone::id)
                        .value("zone-name", Region.Zone::name)
                        .value("zone-type", zone -> "availability-zone")
                        .values("message", zone -> List.of())
                        .value("parent-zone-id", zone -> null)
                        .value("parent-zone-name", zone -> null)
                        .build();
    }

    DescribeRegionsResponse describeRegions(DescribeRegionsRequest request) {
        for (String name : request.regionNames()) {
            if (!name.equals(region.name())) {
                throw Faults.invalidValue("Invalid region: [%s]".formatted(name));
            }
        }
        var wanted = regionFilters.matcher(request.filters());
        CallContext.current().stopHereIfDryRun();
        boolean shown = wanted.test(region);
        return DescribeRegionsResponse.builder()
                .regions(
                        shown
                                ? List.of(
                                        software.amazon.awssdk.services.ec2.model.Region.builder()
                                                .regionName(region.name())
                                                .endpoint(region.endpoint())
                                                .optInStatus(NO_OPT_IN)
                                                .build())
                                : List.of())
                .build();
    }

    DescribeAvailabilityZonesResponse describeZones(DescribeAvailabilityZonesRequest request) {
        checkKnown(request.zoneNames(), region.zones().stream().map(Region.Zone::name).toList());
        checkKnown(request.zoneIds(), region.zones().stream().map(Region.Zone::id).toList());
        var wanted = zoneFilters.matcher(request.filters());
        CallContext.current().stopHereIfDryRun();
        return DescribeAvailabilityZonesResponse.builder()
                .availabilityZones(
                        region.zones().stream()
                                .filter(zone ->
                                        request.zoneNames().isEmpty()
                                                || request.zoneNames().contains(zone.name()))
                                .filter(zone ->
                                        request.zoneIds().isEmpty()
                                                || request.zoneIds().contains(zone.id()))
                                .filter(wanted)
                                .map(this::show)
                                .toList())
                .build();
    }

    private static void checkKnown(List<String> asked, List<String> known) {
        for (String zone : asked) {
            if (!known.contains(zone)) {
                throw Faults.invalidValue("Invalid availability zone: [%s]".formatted(zone));
            }
        }
    }

    private AvailabilityZone show(Region.Zone zone) {
        return AvailabilityZone.builder()
                .zoneName(zone.name())
                .zoneId(zone.id())
                .regionName(region.name())
                .groupName(region.name())
                .networkBorderGroup(region.name())
                .zoneType("availability-zone")
                .optInStatus(AvailabilityZoneOptInStatus.OPT_IN_NOT_REQUIRED)
                .state(AvailabilityZoneState.AVAILABLE)
                .messages(List.of())
                .build();
    }

    DescribeAccountAttributesResponse describeAttributes(DescribeAccountAttributesRequest request) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("supported-platforms", "VPC");
        values.put(
                "vpc-max-security-groups-per-interface",
                Integer.toString(NetworkInterface.MAX_SECURITY_GROUPS));
        values.put("max-elastic-ips", "0");
        values.put("vpc-max-elastic-ips", "0");
        values.put(
                "default-vpc",
                calls.view((tx, account) ->
                        DefaultNetwork.vpc(tx, account)
                                .map(vpc -> vpc.id().value())
                                .orElse("none")));
        List<String> asked = request.attributeNamesAsStrings();
        for (String name : asked) {
            if (!values.containsKey(name) && !name.equals("max-instances")) {
                throw Faults.invalidValue(
                        "Value (%s) for parameter attributeName is invalid. Unknown attribute."
                                .formatted(name));
            }
        }
        return DescribeAccountAttributesResponse.builder()
                .accountAttributes(
                        values.entrySet().stream()
                                .filter(e -> asked.isEmpty() || asked.contains(e.getKey()))
                                .map(e -> attribute(e.getKey(), e.getValue()))
                                .toList())
                .build();
    }

    private static AccountAttribute attribute(String name, String value) {
        return AccountAttribute.builder()
                .attributeName(name)
                .attributeValues(
                        List.of(AccountAttributeValue.builder().attributeValue(value).build()))
                .build();
    }
}
