package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.state.Snapshots;
import io.brume.store.ReadTransaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;

/**
 * The volumes that an image gives its instances, as RegisterImage and CreateImage are told of them.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html">
 * RegisterImage</a>.
 */
final class ImageDevices {
    static final int MOST_DEVICES = 24;
    private static final Pattern NAME = Pattern.compile("/dev/[a-z0-9/]{2,32}|xvd[a-z]{1,2}");

    private ImageDevices() {}

    /** A name that a device may have. */
    static String checkedName(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw invalid("Invalid device name %s".formatted(name == null ? "" : name));
        }
        return name;
    }

    /**
     * Those of an image that is registered, the root first.
     *
     * @param imported whether its root is imported from somewhere, and begins as no snapshot
     */
    static List<ImageBlockDevice> registered(
            ReadTransaction tx,
            AccountId account,
            String root,
            List<BlockDeviceMapping> mappings,
            boolean imported) {
        Map<String, ImageBlockDevice> devices = new LinkedHashMap<>();
        devices.put(
                root, ImageBlockDevice.usual(root, 0, ImageOperations.DEFAULT_VOLUME_TYPE, true));
        for (var mapping : mappings) {
            var name = checkedName(mapping.deviceName());
            boolean isRoot = name.equals(root);
            if (mapping.noDevice() != null || mapping.virtualName() != null) {
                if (isRoot) {
                    throw invalid("The root device cannot be left out.");
                }
                continue;
            }
            var ebs = mapping.ebs();
            if (ebs == null) {
                throw invalid(
                        "The device %s has neither ebs, noDevice nor virtualName.".formatted(name));
            }
            devices.put(name, device(tx, account, name, ebs, isRoot && imported));
        }
        if (devices.size() > MOST_DEVICES) {
            throw invalid("An image can have at most %d volumes.".formatted(MOST_DEVICES));
        }
        return List.copyOf(devices.values());
    }

    /** One that a mapping describes. */
    static ImageBlockDevice device(
            ReadTransaction tx,
            AccountId account,
            String name,
            EbsBlockDevice ebs,
            boolean imported) {
        if (Boolean.TRUE.equals(ebs.encrypted()) || ebs.kmsKeyId() != null) {
            throw Faults.unsupported("Encryption that an image asks for");
        }
        var snapshot = snapshot(tx, account, ebs);
        if (imported && snapshot.isPresent()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "An image is read from a location or made of a snapshot, not both.");
        }
        int least = snapshot.map(Snapshot::sizeGib).orElse(0);
        Integer asked = ebs.volumeSize();
        if (asked == null && least == 0 && !imported) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain the parameter size or snapshotId");
        }
        int size = asked == null ? least : asked;
        if (asked != null && size < least) {
            throw invalid(
                    "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB"
                            .formatted(
                                    size, snapshot.map(one -> one.id().value()).orElse(""), least));
        }
        var type =
                VolumeType.parse(
                        ebs.volumeTypeAsString() == null
                                ? ImageOperations.DEFAULT_VOLUME_TYPE
                                : ebs.volumeTypeAsString());
        if (asked != null || !imported) {
            type.configure(size, ebs.iops(), ebs.throughput());
        }
        return new ImageBlockDevice(
                name,
                snapshot.map(Snapshot::id),
                size,
                type.awsName(),
                ebs.iops(),
                ebs.throughput(),
                !Boolean.FALSE.equals(ebs.deleteOnTermination()),
                snapshot.flatMap(Snapshot::encryption).isPresent());
    }

    private static Optional<Snapshot> snapshot(
            ReadTransaction tx, AccountId account, EbsBlockDevice ebs) {
        if (ebs.snapshotId() == null || ebs.snapshotId().isEmpty()) {
            return Optional.empty();
        }
        var snapshot = Snapshots.require(tx, account, SnapshotId.parse(ebs.snapshotId()));
        if (snapshot.state() != SnapshotState.COMPLETED) {
            throw Fault.conflict(
                    "IncorrectState",
                    "Snapshot is in invalid state - %s".formatted(snapshot.state().awsName()));
        }
        return Optional.of(snapshot);
    }

    static Fault invalid(String message) {
        return Fault.invalid("InvalidBlockDeviceMapping", message);
    }
}
