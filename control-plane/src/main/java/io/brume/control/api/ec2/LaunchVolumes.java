package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.VolumeConfiguration;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.state.Snapshots;
import io.brume.store.ReadTransaction;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;

/**
 * The volumes of a launch: those of its image, with what the request changes or adds.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockDeviceMapping.html">
 * BlockDeviceMapping</a>.
 */
final class LaunchVolumes {
    private static final int MOST_VOLUMES = 24;
    private static final Pattern NAME = Pattern.compile("/dev/(xvd[a-z]{1,2}|sd[a-z][1-9]?[0-5]?)");

    private LaunchVolumes() {}

    /**
     * A volume to be made for each instance.
     *
     * @param snapshot what it begins as; empty = zeros
     * @param encrypted whether it is, with the snapshot's key or one of its own
     */
    record Wanted(
            String device,
            VolumeConfiguration configuration,
            Optional<Snapshot> snapshot,
            boolean deleteOnTermination,
            boolean encrypted) {
        /** Whether the content of the snapshot is to come under a key that it does not have. */
        boolean encryptsAnew() {
            return encrypted && snapshot.filter(one -> one.encryption().isEmpty()).isPresent();
        }
    }

    /**
     * What an instance of this image gets, the root first.
     *
     * @throws Fault in AWS's words
     */
    static List<Wanted> of(
            ReadTransaction tx,
            AccountId account,
            EncryptionChoice encryption,
            Image image,
            List<BlockDeviceMapping> mappings) {
        Map<String, Wanted> volumes = new LinkedHashMap<>();
        boolean always = EncryptionChoice.settings(tx, account).encryptByDefault();
        for (var device : image.blockDevices()) {
            volumes.put(device.deviceName(), ofImage(tx, image, device, always));
        }
        for (var mapping : mappings) {
            apply(tx, account, encryption, mapping, image, volumes);
        }
        if (volumes.size() > MOST_VOLUMES) {
            throw Fault.quota(
                    "InvalidBlockDeviceMapping",
                    "An instance can have at most %d volumes.".formatted(MOST_VOLUMES));
        }
        return volumes.values().stream()
                .sorted(Comparator.comparing(one -> !one.device().equals(image.rootDeviceName())))
                .toList();
    }

    /** Who may use an image may use its snapshots, whoever owns them. */
    private static Wanted ofImage(
            ReadTransaction tx, Image image, ImageBlockDevice device, boolean always) {
        var snapshot =
                device.snapshot().map(id -> Snapshots.find(tx, id).orElseThrow(id::notFound));
        int size =
                device.sizeGib() == 0
                        ? snapshot.map(Snapshot::sizeGib).orElse(image.importedSizeGib())
                        : device.sizeGib();
        return new Wanted(
                device.deviceName(),
                VolumeType.parse(device.volumeType())
                        .configure(size, device.iops(), device.throughput()),
                snapshot,
                device.deleteOnTermination(),
                always || snapshot.flatMap(Snapshot::encryption).isPresent());
    }

    private static void apply(
            ReadTransaction tx,
            AccountId account,
            EncryptionChoice encryption,
            BlockDeviceMapping mapping,
            Image image,
            Map<String, Wanted> volumes) {
        var name = mapping.deviceName();
        if (name == null || !NAME.matcher(name).matches()) {
            throw invalid("Invalid device name %s".formatted(name == null ? "" : name));
        }
        boolean root = name.equals(image.rootDeviceName());
        if (mapping.noDevice() != null) {
            if (root) {
                throw invalid("The root device cannot be left out.");
            }
            volumes.remove(name);
            return;
        }
        if (mapping.virtualName() != null) {
            // Types without instance storage have none to map; AWS ignores it too.
            return;
        }
        var ebs = mapping.ebs();
        if (ebs == null) {
            throw invalid(
                    "The device %s has neither ebs, noDevice nor virtualName.".formatted(name));
        }
        volumes.put(name, wanted(tx, account, encryption, name, ebs, root, volumes.get(name)));
    }

    private static Wanted wanted(
            ReadTransaction tx,
            AccountId account,
            EncryptionChoice encryption,
            String name,
            EbsBlockDevice ebs,
            boolean root,
            @Nullable Wanted before) {
        refuseWhatIsNotThere(ebs);
        var snapshot = snapshot(tx, account, ebs, root, before);
        boolean encrypted =
                encryption
                        .choose(
                                tx,
                                account,
                                ebs.encrypted(),
                                ebs.kmsKeyId(),
                                snapshot.flatMap(Snapshot::encryption))
                        .isPresent();
        int least = snapshot.map(Snapshot::sizeGib).orElse(0);
        Integer asked = ebs.volumeSize();
        boolean sameContent =
                before != null
                        && snapshot.map(Snapshot::id).equals(before.snapshot().map(Snapshot::id));
        if (asked == null && least == 0 && !sameContent) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain the parameter size or snapshotId");
        }
        int size =
                asked != null
                        ? asked
                        : sameContent && before != null ? before.configuration().sizeGib() : least;
        if (size < least) {
            throw invalid(
                    "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB"
                            .formatted(
                                    size, snapshot.map(one -> one.id().value()).orElse(""), least));
        }
        Boolean deleted = ebs.deleteOnTermination();
        return new Wanted(
                name,
                configuration(ebs, size, before),
                snapshot,
                deleted == null || deleted,
                encrypted);
    }

    private static VolumeConfiguration configuration(
            EbsBlockDevice ebs, int size, @Nullable Wanted before) {
        var type =
                ebs.volumeTypeAsString() != null
                        ? VolumeType.parse(ebs.volumeTypeAsString())
                        : before != null ? before.configuration().type() : VolumeType.USUAL;
        var iops = ebs.iops();
        var throughput = ebs.throughput();
        if (before != null && before.configuration().type() == type) {
            if (iops == null && type.choosesIops()) {
                iops = before.configuration().iops();
            }
            if (throughput == null && type.hasThroughput()) {
                throughput = before.configuration().throughput();
            }
        }
        return type.configure(size, iops, throughput);
    }

    private static Optional<Snapshot> snapshot(
            ReadTransaction tx,
            AccountId account,
            EbsBlockDevice ebs,
            boolean root,
            @Nullable Wanted before) {
        var asked = ebs.snapshotId();
        if (asked == null || asked.isEmpty()) {
            return before == null ? Optional.empty() : before.snapshot();
        }
        var id = SnapshotId.parse(asked);
        if (before != null && before.snapshot().filter(one -> one.id().equals(id)).isPresent()) {
            return before.snapshot();
        }
        if (root) {
            throw invalid("snapshotId cannot be modified on root device");
        }
        var snapshot = Snapshots.require(tx, account, id);
        if (snapshot.state() != SnapshotState.COMPLETED) {
            throw Fault.conflict(
                    "IncorrectState",
                    "Snapshot is in invalid state - %s".formatted(snapshot.state().awsName()));
        }
        return Optional.of(snapshot);
    }

    private static void refuseWhatIsNotThere(EbsBlockDevice ebs) {
        if (ebs.outpostArn() != null) {
            throw Faults.unsupported("A volume on an Outpost");
        }
    }

    private static Fault invalid(String message) {
        return Fault.invalid("InvalidBlockDeviceMapping", message);
    }
}
