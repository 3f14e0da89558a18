package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.instance.Disk;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Rows;
import io.brume.control.state.Volumes;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.codec.InstanceTables;
import java.util.Optional;

/**
 * The disks that instances got at their launch. They are listed as volumes and are files of their
 * host: nothing can be done with them that needs storage nodes.
 */
final class LocalDisks {
    private LocalDisks() {}

    /** A disk and the instance that it is a part of. */
    record LocalDisk(Instance instance, Disk disk) {
        boolean isRoot() {
            return instance.disks().indexOf(disk) == 0;
        }
    }

    static Optional<LocalDisk> find(ReadTransaction tx, AccountId account, VolumeId id) {
        return Rows.of(
                        tx,
                        InstanceTables.INSTANCES,
                        InstanceTables.INSTANCE_KEYS.startingWith(account))
                .stream()
                .flatMap(instance ->
                        instance.disks().stream().map(disk -> new LocalDisk(instance, disk)))
                .filter(local -> local.disk().volume().equals(id))
                .findFirst();
    }

    /**
     * A volume on storage nodes.
     *
     * @param done what cannot be done with a disk of a host, as in "cannot be deleted"
     * @throws Fault {@code InvalidVolume.NotFound}, {@code UnsupportedOperation}
     */
    static Volume demandVolume(ReadTransaction tx, AccountId account, VolumeId id, String done) {
        return Volumes.find(tx, account, id)
                .orElseThrow(() ->
                        find(tx, account, id)
                                .map(local -> unsupported(local, done))
                                .orElseGet(id::notFound));
    }

    static Fault unsupported(LocalDisk local, String done) {
        return Fault.unsupported(
                "UnsupportedOperation",
                "The volume '%s' came with the instance '%s' and lies on its host; it cannot be %s."
                        .formatted(local.disk().volume(), local.instance().id(), done));
    }
}
