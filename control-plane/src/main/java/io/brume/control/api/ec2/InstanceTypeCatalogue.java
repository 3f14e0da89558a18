package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.Region;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.instance.InstanceTypes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypeOfferingsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypeOfferingsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesResponse;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.InstanceTypeOffering;

/** DescribeInstanceTypes and DescribeInstanceTypeOfferings. */
final class InstanceTypeCatalogue {
    private static final PageLimits LIMITS = PageLimits.ec2(5, 100);
    private static final int MOST_NAMES = 100;

    private static final Filters<InstanceTypeInfo> TYPES =
            Filters.<InstanceTypeInfo>table()
                    .value("instance-type", InstanceTypeInfo::instanceTypeAsString)
                    .value("current-generation", info -> String.valueOf(info.currentGeneration()))
                    .value("free-tier-eligible", info -> String.valueOf(info.freeTierEligible()))
                    .value("bare-metal", info -> String.valueOf(info.bareMetal()))
                    .value(
                            "burstable-performance-supported",
                            info -> String.valueOf(info.burstablePerformanceSupported()))
                    .value(
                            "hibernation-supported",
                            info -> String.valueOf(info.hibernationSupported()))
                    .value(
                            "instance-storage-supported",
                            info -> String.valueOf(info.instanceStorageSupported()))
                    .value(
                            "auto-recovery-supported",
                            info -> String.valueOf(info.autoRecoverySupported()))
                    .value(
                            "dedicated-hosts-supported",
                            info -> String.valueOf(info.dedicatedHostsSupported()))
                    .value("hypervisor", InstanceTypeInfo::hypervisorAsString)
                    .value(
                            "memory-info.size-in-mib",
                            info -> String.valueOf(info.memoryInfo().sizeInMiB()))
                    .value(
                            "vcpu-info.default-vcpus",
                            info -> String.valueOf(info.vCpuInfo().defaultVCpus()))
                    .value(
                            "vcpu-info.default-cores",
                            info -> String.valueOf(info.vCpuInfo().defaultCores()))
                    .value(
                            "network-info.network-performance",
                            info -> info.networkInfo().networkPerformance())
                    .values(
                            "processor-info.supported-architecture",
                            info -> info.processorInfo().supportedArchitecturesAsStrings())
                    .values(
                            "supported-root-device-type",
                            InstanceTypeInfo::supportedRootDeviceTypesAsStrings)
                    .values(
                            "supported-usage-class",
                            InstanceTypeInfo::supportedUsageClassesAsStrings)
                    .values(
                            "supported-virtualization-type",
                            InstanceTypeInfo::supportedVirtualizationTypesAsStrings)
                    .values("supported-boot-mode", InstanceTypeInfo::supportedBootModesAsStrings)
                    .build();

    private static final Filters<InstanceTypeOffering> OFFERINGS =
            Filters.<InstanceTypeOffering>table()
                    .value("instance-type", InstanceTypeOffering::instanceTypeAsString)
                    .value("location", InstanceTypeOffering::location)
                    .build();

    private final Pager pager;
    private final Region region;

    InstanceTypeCatalogue(Pager pager, Region region) {
        this.pager = requireNonNull(pager);
        this.region = requireNonNull(region);
    }

    DescribeInstanceTypesResponse types(DescribeInstanceTypesRequest request) {
        var call = CallContext.current();
        var names = request.instanceTypesAsStrings();
        if (!names.isEmpty() && request.maxResults() != null) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameter instanceTypes cannot be used with the parameter maxResults");
        }
        if (names.size() > MOST_NAMES) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "At most %d instance types can be named.".formatted(MOST_NAMES));
        }
        var matcher = TYPES.matcher(request.filters());
        var page = pager.open(call.account().value(), request, LIMITS.usually(100));
        call.stopHereIfDryRun();
        var found =
                page.of(
                        named(names).stream()
                                .map(InstanceTypeCatalogue::info)
                                .filter(matcher)
                                .toList(),
                        InstanceTypeInfo::instanceTypeAsString);
        return DescribeInstanceTypesResponse.builder()
                .instanceTypes(found.items())
                .nextToken(found.nextToken())
                .build();
    }

    DescribeInstanceTypeOfferingsResponse offerings(DescribeInstanceTypeOfferingsRequest request) {
        var call = CallContext.current();
        var matcher = OFFERINGS.matcher(request.filters());
        var page =
                pager.open(call.account().value(), request, PageLimits.ec2(5, 1000).usually(1000));
        var locations =
                locations(
                        request.locationTypeAsString() == null
                                ? "region"
                                : request.locationTypeAsString());
        call.stopHereIfDryRun();
        var offerings = new ArrayList<InstanceTypeOffering>();
        for (var type : InstanceTypes.all()) {
            for (var location : locations) {
                offerings.add(
                        InstanceTypeOffering.builder()
                                .instanceType(type.name())
                                .locationType(
                                        request.locationTypeAsString() == null
                                                ? "region"
                                                : request.locationTypeAsString())
                                .location(location)
                                .build());
            }
        }
        var found =
                page.of(
                        offerings.stream().filter(matcher).toList(),
                        offering -> offering.instanceTypeAsString() + ' ' + offering.location());
        return DescribeInstanceTypeOfferingsResponse.builder()
                .instanceTypeOfferings(found.items())
                .nextToken(found.nextToken())
                .build();
    }

    private List<String> locations(String type) {
        return switch (type) {
            case "region" -> List.of(region.name());
            case "availability-zone" -> region.zones().stream().map(Region.Zone::name).toList();
            case "availability-zone-id" -> region.zones().stream().map(Region.Zone::id).toList();
            default ->
                    throw Fault.invalid(
                            "InvalidParameterValue",
                            "Invalid value '%s' for LocationType.".formatted(type));
        };
    }

    private static Collection<InstanceType> named(List<String> names) {
        if (names.isEmpty()) {
            return InstanceTypes.all();
        }
        var unknown = names.stream().filter(name -> InstanceTypes.find(name).isEmpty()).toList();
        if (!unknown.isEmpty()) {
            throw Fault.invalid(
                    "InvalidInstanceType",
                    "The following supplied instance types do not exist: [%s]"
                            .formatted(String.join(", ", unknown)));
        }
        return names.stream()
                .distinct()
                .flatMap(name -> InstanceTypes.find(name).stream())
                .toList();
    }

    private static InstanceTypeInfo info(InstanceType type) {
        return InstanceTypeInfo.builder()
                .instanceType(type.name())
                .currentGeneration(type.currentGeneration())
                .freeTierEligible(false)
                .supportedUsageClassesWithStrings(List.of("on-demand"))
                .supportedRootDeviceTypesWithStrings(List.of("ebs"))
                .supportedVirtualizationTypesWithStrings(List.of("hvm"))
                .supportedBootModesWithStrings(List.of("legacy-bios", "uefi"))
                .bareMetal(false)
                .hypervisor("nitro")
                .processorInfo(
                        processor -> processor.supportedArchitecturesWithStrings(List.of("x86_64")))
                .vCpuInfo(vcpus ->
                        vcpus.defaultVCpus(type.vcpus())
                                .defaultCores(type.vcpus())
                                .defaultThreadsPerCore(1)
                                .validCores(List.of(type.vcpus()))
                                .validThreadsPerCore(List.of(1)))
                .memoryInfo(memory -> memory.sizeInMiB(type.memoryMib()))
                .instanceStorageSupported(false)
                .ebsInfo(ebs ->
                        ebs.ebsOptimizedSupport("default")
                                .encryptionSupport("unsupported")
                                .nvmeSupport("unsupported"))
                .networkInfo(network ->
                        network.networkPerformance(type.networkPerformance())
                                .maximumNetworkInterfaces(1)
                                .maximumNetworkCards(1)
                                .defaultNetworkCardIndex(0)
                                .ipv4AddressesPerInterface(1)
                                .ipv6AddressesPerInterface(0)
                                .ipv6Supported(false)
                                .enaSupport("unsupported")
                                .efaSupported(false)
                                .encryptionInTransitSupported(false))
                .placementGroupInfo(groups -> groups.supportedStrategiesWithStrings(List.of()))
                .hibernationSupported(false)
                .burstablePerformanceSupported(type.burstable())
                .dedicatedHostsSupported(false)
                .autoRecoverySupported(false)
                .build();
    }
}
