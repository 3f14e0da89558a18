package io.brume.control.state;

import io.brume.common.time.Time;
import io.brume.control.domain.Region;
import io.brume.store.Store;
import java.util.List;
import java.util.Random;

/** Accounts that have nothing, in the region {@code lab-1}. */
public final class TestAccounts {
    private static final Region REGION =
            new Region("lab-1", List.of(new Region.Zone("lab-1a", "lab1-az1")), "localhost:7000");

    private TestAccounts() {}

    public static AccountDirectory of(Store store, MasterKey masterKey) {
        return new AccountDirectory(
                store, REGION, masterKey, AccountResources.NONE, new Random(1), Time.system());
    }
}
