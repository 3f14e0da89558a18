package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.ReservationId;
import io.brume.control.state.Rows;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.ReadTransaction;
import java.util.Comparator;
import java.util.List;

/** The instances that were launched together. */
final class Reservations {
    private Reservations() {}

    /** In launch order. */
    static List<Instance> members(
            ReadTransaction tx, AccountId account, ReservationId reservation) {
        return Rows.of(
                        tx,
                        InstanceTables.INSTANCES,
                        InstanceTables.INSTANCES_BY_RESERVATION,
                        new Owned<>(account, reservation))
                .stream()
                .sorted(Comparator.comparingInt(instance -> instance.launch().index()))
                .toList();
    }
}
