package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.instance.Disk;
import io.brume.control.domain.volume.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;

/**
 * The disks of a launch: those of its image, with what the request changes or adds. Pure but for
 * the ids.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockDeviceMapping.html">
 * BlockDeviceMapping</a>.
 */
final class LaunchDisks {
    private static final String USUAL_TYPE = "gp3";
    private static final Set<String> TYPES = Set.of("gp3", "gp2");
    private static final int MOST_GIB = 16_384;
    private static final int MOST_DISKS = 24;
    private static final int USUAL_IOPS = 3000;
    private static final int USUAL_THROUGHPUT = 125;
    private static final Pattern NAME = Pattern.compile("/dev/(xvd[a-z]{1,2}|sd[a-z][1-9]?[0-5]?)");

    private LaunchDisks() {}

    /** A disk to be made, without the id that each instance gives its own. */
    record Wanted(String deviceName, String type, long sizeGib, boolean deleteOnTermination) {
        Disk disk(Ids ids, Instant at) {
            return new Disk(
                    VolumeId.create(ids), deviceName, type, sizeGib, deleteOnTermination, at);
        }
    }

    /**
     * What an instance of this image gets, the root first.
     *
     * @throws Fault in AWS's words
     */
    static List<Wanted> of(Image image, List<BlockDeviceMapping> mappings) {
        Map<String, Wanted> disks = new LinkedHashMap<>();
        var root = image.rootDeviceName();
        disks.put(root, new Wanted(root, USUAL_TYPE, image.minimumRootSizeGib(), true));
        for (var device : image.blockDevices()) {
            long size = device.sizeGib() == 0 ? image.minimumRootSizeGib() : device.sizeGib();
            disks.put(
                    device.deviceName(),
                    new Wanted(
                            device.deviceName(),
                            device.volumeType(),
                            size,
                            device.deleteOnTermination()));
        }
        for (var mapping : mappings) {
            apply(mapping, image, disks);
        }
        if (disks.size() > MOST_DISKS) {
            throw Fault.quota(
                    "InvalidBlockDeviceMapping",
                    "An instance can have at most %d disks.".formatted(MOST_DISKS));
        }
        return rootFirst(disks, root);
    }

    private static void apply(BlockDeviceMapping mapping, Image image, Map<String, Wanted> disks) {
        var name = mapping.deviceName();
        if (name == null || !NAME.matcher(name).matches()) {
            throw Fault.invalid(
                    "InvalidBlockDeviceMapping",
                    "Invalid device name %s".formatted(name == null ? "" : name));
        }
        boolean root = name.equals(image.rootDeviceName());
        if (mapping.noDevice() != null) {
            if (root) {
                throw Fault.invalid(
                        "InvalidBlockDeviceMapping", "The root device cannot be left out.");
            }
            disks.remove(name);
            return;
        }
        if (mapping.virtualName() != null) {
            // Types without instance storage have none to map; AWS ignores it too.
            return;
        }
        var ebs = mapping.ebs();
        if (ebs == null) {
            throw Fault.invalid(
                    "InvalidBlockDeviceMapping",
                    "The device %s has neither ebs, noDevice nor virtualName.".formatted(name));
        }
        disks.put(name, wanted(name, ebs, root, image, disks));
    }

    private static Wanted wanted(
            String name, EbsBlockDevice ebs, boolean root, Image image, Map<String, Wanted> disks) {
        refuseWhatIsNotThere(ebs);
        var before = disks.get(name);
        int least = root ? image.minimumRootSizeGib() : 1;
        Integer asked = ebs.volumeSize();
        if (asked == null && before == null) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain the parameter size or snapshotId");
        }
        long size = asked == null ? requireNonNull(before).sizeGib() : asked;
        if (size < least) {
            throw Fault.invalid(
                    "InvalidBlockDeviceMapping",
                    root
                            ? "Volume of size %dGB is smaller than snapshot of %s, expect size >= %dGB"
                                    .formatted(size, image.id(), least)
                            : "The volume size is invalid for %s volumes: %d GiB. The size must be at least 1 GiB."
                                    .formatted(type(ebs), size));
        }
        if (size > MOST_GIB) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Volume of %dGiB is too large for volume type %s; maximum is %dGiB"
                            .formatted(size, type(ebs), MOST_GIB));
        }
        Boolean deleted = ebs.deleteOnTermination();
        return new Wanted(
                name,
                ebs.volumeType() == null && before != null ? before.type() : type(ebs),
                size,
                deleted == null || deleted);
    }

    private static String type(EbsBlockDevice ebs) {
        return ebs.volumeTypeAsString() == null ? USUAL_TYPE : ebs.volumeTypeAsString();
    }

    private static void refuseWhatIsNotThere(EbsBlockDevice ebs) {
        if (ebs.snapshotId() != null) {
            throw Fault.absent(
                    "InvalidSnapshot.NotFound",
                    "The snapshot '%s' does not exist.".formatted(ebs.snapshotId()));
        }
        if (Boolean.TRUE.equals(ebs.encrypted()) || ebs.kmsKeyId() != null) {
            throw Fault.unsupported(
                    "UnsupportedOperation", "This cloud does not encrypt instance disks.");
        }
        if (!TYPES.contains(type(ebs))) {
            throw ebs.volumeType()
                            == software.amazon.awssdk.services.ec2.model.VolumeType
                                    .UNKNOWN_TO_SDK_VERSION
                    ? Fault.invalid(
                            "InvalidParameterValue",
                            "Invalid value '%s' for VolumeType.".formatted(type(ebs)))
                    : Fault.unsupported(
                            "UnsupportedOperation",
                            "This cloud has no %s volumes.".formatted(type(ebs)));
        }
        if (other(ebs.iops(), USUAL_IOPS) || other(ebs.throughput(), USUAL_THROUGHPUT)) {
            throw Fault.unsupported(
                    "UnsupportedOperation",
                    "Disks here have %d IOPS and %d MiB/s."
                            .formatted(USUAL_IOPS, USUAL_THROUGHPUT));
        }
    }

    private static boolean other(@Nullable Integer asked, int usual) {
        return asked != null && asked != usual;
    }

    private static List<Wanted> rootFirst(Map<String, Wanted> disks, String root) {
        var ordered = new ArrayList<Wanted>();
        ordered.add(requireNonNull(disks.get(root)));
        disks.forEach((name, disk) -> {
            if (!name.equals(root)) {
                ordered.add(disk);
            }
        });
        return ordered;
    }
}
