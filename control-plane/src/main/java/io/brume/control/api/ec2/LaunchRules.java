package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.instance.Instance.MetadataOptions;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.instance.InstanceTypes;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.InstanceMetadataOptionsRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsRequest;
import software.amazon.awssdk.services.ec2.model.Placement;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** What a launch may ask for, apart from anything that is stored. Pure; each refusal is AWS's. */
final class LaunchRules {
    /** What a launch gets that names no type. */
    static final String DEFAULT_TYPE = "t3.micro";

    private static final int MOST_INSTANCES = 1000;
    private static final int MOST_USER_DATA = 16_384;
    private static final int MOST_HOPS = 64;
    private static final Set<String> SHUTDOWN_BEHAVIOURS = Set.of("stop", "terminate");

    private LaunchRules() {}

    /**
     * Refuses what no launch here can be given.
     *
     * @throws Fault in AWS's words
     */
    static void check(RunInstancesRequest request) {
        counts(request);
        if (request.imageId() == null) {
            throw Fault.invalid(
                    "MissingParameter", "The request must contain the parameter ImageId");
        }
        userData(request.userData());
        shutdownTerminates(
                request.instanceInitiatedShutdownBehavior() == null
                        ? "stop"
                        : request.instanceInitiatedShutdownBehaviorAsString());
        metadata(request.metadataOptions());
        notOffered(request);
        absent(request);
    }

    private static void counts(RunInstancesRequest request) {
        Integer least = request.minCount();
        Integer most = request.maxCount();
        if (least == null || most == null) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain the parameter "
                            + (least == null ? "MinCount" : "MaxCount"));
        }
        if (least < 1 || most < 1) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value (%d) for parameter %s is invalid. It must be at least 1."
                            .formatted(
                                    least < 1 ? least : most, least < 1 ? "minCount" : "maxCount"));
        }
        if (least > most) {
            throw Fault.invalid(
                    "InvalidParameterCombination", "MinCount must not be greater than MaxCount");
        }
        if (least > MOST_INSTANCES || most > MOST_INSTANCES) {
            throw Fault.quota(
                    "InstanceLimitExceeded",
                    "At most %d instances can be launched by one request."
                            .formatted(MOST_INSTANCES));
        }
    }

    /** The type that was asked for, if it is on offer. */
    static InstanceType type(@Nullable String asked) {
        var name = asked == null ? DEFAULT_TYPE : asked;
        return InstanceTypes.find(name)
                .orElseThrow(() ->
                        knownToAws(name)
                                ? Fault.unsupported(
                                        "Unsupported",
                                        "The instance type '%s' is not offered here. See"
                                                        .formatted(name)
                                                + " DescribeInstanceTypes for those that"
                                                + " are.")
                                : Fault.invalid(
                                        "InvalidParameterValue",
                                        "Invalid value '%s' for InstanceType.".formatted(name)));
    }

    private static boolean knownToAws(String name) {
        return software.amazon.awssdk.services.ec2.model.InstanceType.fromValue(name)
                != software.amazon.awssdk.services.ec2.model.InstanceType.UNKNOWN_TO_SDK_VERSION;
    }

    /** User data as it came; refused unless it is base64 of at most 16 KiB. */
    static String userData(@Nullable String base64) {
        if (base64 == null) {
            return "";
        }
        try {
            if (Base64.getMimeDecoder().decode(base64).length > MOST_USER_DATA) {
                throw Fault.invalid("InvalidParameterValue", "User data is limited to 16384 bytes");
            }
            return Base64.getEncoder()
                    .encodeToString(Base64.getDecoder().decode(base64.replaceAll("[\\r\\n]", "")));
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Category.INVALID,
                    "InvalidUserData.Malformed",
                    400,
                    "Invalid BASE64 encoding of user data.",
                    e);
        }
    }

    /** Whether the guest's own shutdown terminates the instance. */
    static boolean shutdownTerminates(String behaviour) {
        if (!SHUTDOWN_BEHAVIOURS.contains(behaviour)) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value (%s) for parameter instanceInitiatedShutdownBehavior is invalid."
                            .formatted(behaviour));
        }
        return behaviour.equals("terminate");
    }

    /** The metadata options that were asked for; AWS's defaults where nothing was. */
    static MetadataOptions metadata(@Nullable InstanceMetadataOptionsRequest asked) {
        return asked == null
                ? MetadataOptions.DEFAULT
                : metadata(
                        asked.httpEndpointAsString(),
                        asked.httpTokensAsString(),
                        asked.httpPutResponseHopLimit(),
                        asked.instanceMetadataTagsAsString(),
                        asked.httpProtocolIpv6AsString(),
                        MetadataOptions.DEFAULT);
    }

    /** The metadata options of an instance after a change. */
    static MetadataOptions metadata(
            ModifyInstanceMetadataOptionsRequest asked, MetadataOptions before) {
        return metadata(
                asked.httpEndpointAsString(),
                asked.httpTokensAsString(),
                asked.httpPutResponseHopLimit(),
                asked.instanceMetadataTagsAsString(),
                asked.httpProtocolIpv6AsString(),
                before);
    }

    private static MetadataOptions metadata(
            @Nullable String endpoint,
            @Nullable String tokens,
            @Nullable Integer hops,
            @Nullable String tags,
            @Nullable String ipv6,
            MetadataOptions before) {
        if (hops != null && (hops < 1 || hops > MOST_HOPS)) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value (%d) for parameter HttpPutResponseHopLimit is invalid. It must be"
                                    .formatted(hops)
                            + " between 1 and 64.");
        }
        if (choice("HttpProtocolIpv6", ipv6, "enabled", "disabled", false)) {
            throw notSupported("the metadata service over IPv6");
        }
        return new MetadataOptions(
                choice("HttpEndpoint", endpoint, "enabled", "disabled", before.endpointEnabled()),
                choice("HttpTokens", tokens, "required", "optional", before.tokensRequired()),
                hops == null ? before.hopLimit() : hops,
                choice("InstanceMetadataTags", tags, "enabled", "disabled", before.tagsEnabled()));
    }

    private static boolean choice(
            String parameter, @Nullable String asked, String yes, String no, boolean before) {
        if (asked == null) {
            return before;
        }
        if (!asked.equals(yes) && !asked.equals(no)) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value (%s) for parameter %s is invalid.".formatted(asked, parameter));
        }
        return asked.equals(yes);
    }

    /** What Brume does not do, and says so. */
    @SuppressWarnings("deprecation") // AWS has given them up; clients may still ask.
    private static void notOffered(RunInstancesRequest request) {
        refuse(request.instanceMarketOptions() != null, "spot instances");
        refuse(
                request.enclaveOptions() != null
                        && Boolean.TRUE.equals(request.enclaveOptions().enabled()),
                "enclaves");
        refuse(
                request.hibernationOptions() != null
                        && Boolean.TRUE.equals(request.hibernationOptions().configured()),
                "hibernation");
        refuse(request.cpuOptions() != null, "CPU options");
        refuse(request.hasElasticGpuSpecification(), "elastic GPUs");
        refuse(request.hasElasticInferenceAccelerators(), "inference accelerators");
        refuse(request.hasLicenseSpecifications(), "licence configurations");
        refuse(
                request.hasIpv6Addresses()
                        || request.ipv6AddressCount() != null
                        || Boolean.TRUE.equals(request.enablePrimaryIpv6()),
                "IPv6 addresses");
        refuse(
                request.kernelId() != null || request.ramdiskId() != null,
                "kernel and ramdisk ids; a kernel comes with its image");
        var placement = request.placement();
        if (placement != null) {
            placement(placement);
        }
    }

    private static void placement(Placement placement) {
        refuse(
                placement.tenancy() != null && !"default".equals(placement.tenancyAsString()),
                "dedicated tenancy");
        refuse(
                placement.hostId() != null || placement.hostResourceGroupArn() != null,
                "dedicated hosts");
        if (placement.groupName() != null && !placement.groupName().isEmpty()) {
            throw Fault.absent(
                    "InvalidPlacementGroup.Unknown",
                    "The placement group '%s' is unknown.".formatted(placement.groupName()));
        }
    }

    /** What a launch refers to and cannot exist yet. */
    private static void absent(RunInstancesRequest request) {
        var template = request.launchTemplate();
        if (template != null) {
            throw template.launchTemplateId() == null
                    ? Fault.absent(
                            "InvalidLaunchTemplateName.NotFoundException",
                            "The specified launch template, with template name %s, does not exist."
                                    .formatted(template.launchTemplateName()))
                    : Fault.absent(
                            "InvalidLaunchTemplateId.NotFound",
                            "The specified launch template, with template ID %s, does not exist."
                                    .formatted(template.launchTemplateId()));
        }
        var profile = request.iamInstanceProfile();
        if (profile != null) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value (%s) for parameter iamInstanceProfile.%s is invalid. Invalid IAM Instance Profile %s"
                            .formatted(
                                    profile.arn() == null ? profile.name() : profile.arn(),
                                    profile.arn() == null ? "name" : "arn",
                                    profile.arn() == null ? "name" : "ARN"));
        }
    }

    private static void refuse(boolean asked, String what) {
        if (asked) {
            throw notSupported(what);
        }
    }

    private static Fault notSupported(String what) {
        return Fault.unsupported(
                "UnsupportedOperation", "This cloud does not support " + what + ".");
    }
}
