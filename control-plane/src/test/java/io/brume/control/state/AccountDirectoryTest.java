package io.brume.control.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.Region;
import io.brume.control.domain.identity.Account;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.store.codec.IdentityTables;
import io.brume.control.store.codec.TagTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AccountDirectoryTest {
    private static final AccountId FIRST = new AccountId("123456789012");
    private static final Region REGION =
            new Region("lab-1", List.of(new Region.Zone("lab-1a", "lab1-az1")), "localhost:7000");

    private final Store store = MemoryStore.open();
    private final MasterKey masterKey = MasterKey.random();
    private final List<AccountId> cleared = new ArrayList<>();
    private final AccountDirectory directory =
            new AccountDirectory(
                    store,
                    REGION,
                    masterKey,
                    (tx, account) -> cleared.add(account),
                    new Random(1),
                    Time.system());
    private final NetworkInterfaces interfaces =
            new NetworkInterfaces(new PublicAddresses(Ipv4Block.of("198.18.0.0/28")));

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anAccountHasACredentialAndANetwork() {
        Account first = directory.ensure(FIRST, "first");
        assertThat(directory.ensure(FIRST, "again")).isEqualTo(first);
        Account second = directory.create("second");
        assertThat(directory.list()).containsExactlyInAnyOrder(first, second);
        IssuedKey key = directory.credentials(FIRST).getFirst();
        assertThat(key.secret().reveal()).hasSize(40);
        assertThat(key.id().value()).matches("AKIA[A-Z2-7]{16}");
        assertThat(vpc(FIRST).number()).isNotEqualTo(vpc(second.id()).number());
        assertThatThrownBy(() -> directory.create(FIRST, "double"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("already exists");
    }

    @Test
    void secretsAreSealedAtRest() {
        directory.ensure(FIRST, "first");
        IssuedKey key = directory.credentials(FIRST).getFirst();
        var stored =
                store.view(tx -> Optional.ofNullable(tx.get(IdentityTables.ACCESS_KEYS, key.id())))
                        .orElseThrow();
        assertThat(new String(IdentityTables.ACCESS_KEYS.codec().encode(stored), ISO_8859_1))
                .doesNotContain(key.secret().reveal());
        assertThatThrownBy(() -> MasterKey.random().open(key.id(), stored.secret()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void resetLeavesOnlyCredentialsAndANewNetworkAndIsFast() {
        directory.ensure(FIRST, "first");
        AccountId other = directory.create("other").id();
        IssuedKey key = directory.credentials(FIRST).getFirst();
        VpcAndSubnet before = fill(FIRST);
        VpcAndSubnet untouched = fill(other);

        long start = System.nanoTime();
        directory.reset(FIRST);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(200));

        assertThat(cleared).containsExactly(FIRST);
        assertThat(directory.credentials(FIRST)).containsExactly(key);
        assertThat(vpc(FIRST).id()).isNotEqualTo(before.vpc().id());
        store.view(tx -> {
            assertThat(tx.stream(TagTables.TAGS, TagTables.of(FIRST))).isEmpty();
            assertThat(
                            tx.stream(
                                    VpcTables.NETWORK_INTERFACES,
                                    VpcTables.NETWORK_INTERFACE_KEYS.startingWith(FIRST)))
                    .isEmpty();
            assertThat(tx.stream(VpcTables.PUBLIC_ADDRESSES, KeyRange.all())).hasSize(3);
            assertThat(tx.stream(VpcTables.MAC_ADDRESSES, KeyRange.all())).hasSize(3);
            assertThat(tx.stream(VpcTables.VPC_NUMBERS, KeyRange.all())).hasSize(2);
            assertThat(tx.get(VpcTables.VPCS, new Owned<>(other, untouched.vpc().id())))
                    .isEqualTo(untouched.vpc());
            assertThat(tx.stream(TagTables.TAGS, TagTables.of(other))).hasSize(1);
            return tx;
        });
    }

    @Test
    void aDeletedAccountIsGone() {
        directory.ensure(FIRST, "first");
        fill(FIRST);
        try (AccessKeys keys = new AccessKeys(store, masterKey)) {
            String id = directory.credentials(FIRST).getFirst().id().value();
            assertThat(keys.find(id)).isPresent();
            directory.delete(FIRST);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(keys.find(id)).isEmpty());
        }
        assertThat(directory.find(FIRST)).isEmpty();
        assertThatThrownBy(() -> directory.reset(FIRST)).isInstanceOf(Fault.class);
        assertThat(store.<Boolean>view(tx -> tx.scan(VpcTables.VPCS, KeyRange.all(), 1).isEmpty()))
                .isTrue();
    }

    @Test
    void credentialsAreIssuedAndRevoked() {
        directory.ensure(FIRST, "first");
        IssuedKey second = directory.issue(FIRST);
        assertThatThrownBy(() -> directory.issue(FIRST)).isInstanceOf(Fault.class);
        try (AccessKeys keys = new AccessKeys(store, masterKey)) {
            var found = keys.find(second.id().value()).orElseThrow();
            assertThat(found.owner().account()).isEqualTo(FIRST);
            assertThat(keys.find(second.id().value()).orElseThrow()).isSameAs(found);
            assertThat(keys.find("AKIAUNKNOWNUNKNOWN00")).isEmpty();
            assertThat(keys.find("no key at all")).isEmpty();
            directory.revoke(FIRST, second.id());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(keys.find(second.id().value())).isEmpty());
        }
        assertThat(directory.credentials(FIRST)).hasSize(1);
    }

    private record VpcAndSubnet(Vpc vpc, Subnet subnet) {}

    /** Three interfaces with public addresses and a tag. */
    private VpcAndSubnet fill(AccountId account) {
        Vpc vpc = vpc(account);
        return store.transact(tx -> {
            Subnet subnet = DefaultNetwork.subnet(tx, account, "lab-1a").orElseThrow();
            for (int i = 0; i < 3; i++) {
                String id = "eni-%s%05d".formatted(account, i);
                interfaces.create(
                        tx,
                        new NewInterface(
                                new NetworkInterfaceId(id),
                                subnet,
                                null,
                                true,
                                List.of(),
                                "",
                                null,
                                Instant.EPOCH,
                                i));
            }
            Tags.put(tx, account, vpc.id(), List.of(new Tag("Name", "main")));
            return new VpcAndSubnet(vpc, subnet);
        });
    }

    private Vpc vpc(AccountId account) {
        return store.view(tx -> DefaultNetwork.vpc(tx, account)).orElseThrow();
    }
}
