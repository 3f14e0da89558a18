package io.brume.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NetworkInterfacesTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final Region REGION =
            new Region("lab-1", List.of(new Region.Zone("lab-1a", "lab1-az1")), "localhost:7000");

    private final Store store = MemoryStore.open();
    private final Random random = new Random(3);
    private final Ids ids = new Ids(random);
    private final NetworkInterfaces interfaces =
            new NetworkInterfaces(new PublicAddresses(Ipv4Block.of("198.18.0.0/28")));
    private Subnet small = subnet();

    /** Eleven usable addresses. */
    private Subnet subnet() {
        DefaultNetwork network = new DefaultNetwork(REGION, ids, random, Instant.EPOCH);
        return new Subnet(
                ACCOUNT,
                SubnetId.create(ids),
                store.transact(tx -> network.create(tx, ACCOUNT)).id(),
                Ipv4Block.of("172.31.240.0/28"),
                "lab-1a",
                "lab1-az1",
                false,
                false,
                true,
                Instant.EPOCH);
    }

    @BeforeEach
    void putSubnet() {
        store.transact(tx -> {
            tx.put(VpcTables.SUBNETS, small.key(), small);
            return small;
        });
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void everyUsableAddressIsGivenOnceAndNoOther() {
        Set<Ipv4Address> given = new HashSet<>();
        for (int i = 0; i < 11; i++) {
            NetworkInterface nic = create(null, false);
            assertThat(small.isUsable(nic.privateIp())).isTrue();
            assertThat(given.add(nic.privateIp())).isTrue();
        }
        assertThat(given)
                .contains(address("172.31.240.4"), address("172.31.240.14"))
                .doesNotContain(address("172.31.240.3"), address("172.31.240.15"));
        assertThat(freeAddresses()).isZero();
        assertFails("InsufficientFreeAddressesInSubnet", () -> create(null, false));
    }

    @Test
    void anAddressThatIsAskedForIsChecked() {
        create(address("172.31.240.7"), false);
        assertFails("InvalidIPAddress.InUse", () -> create(address("172.31.240.7"), false));
        assertFails("InvalidParameterValue", () -> create(address("172.31.240.1"), false));
        assertFails("InvalidParameterValue", () -> create(address("172.31.240.15"), false));
        assertFails("InvalidParameterValue", () -> create(address("10.0.0.9"), false));
    }

    @Test
    void publicAddressesAreGivenUntilThereAreNoMore() {
        for (int i = 0; i < 11; i++) {
            create(null, true);
        }
        NetworkInterface last = release();
        NetworkInterface again = create(last.privateIp(), true);
        assertThat(again.publicIp()).isNotNull();
        NetworkInterface without = stop(again);
        assertThat(without.publicIp()).isNull();
        assertThat(start(without).publicIp()).isNotNull();
        long held = store.view(tx -> tx.stream(VpcTables.PUBLIC_ADDRESSES, KeyRange.all()).count());
        assertThat(held).isEqualTo(11);
    }

    @Test
    void aPoolThatIsEmptySaysSo() {
        PublicAddresses tiny = new PublicAddresses(Ipv4Block.of("198.18.9.0/30"));
        NetworkInterfaceId holder = NetworkInterfaceId.create(ids);
        store.transact(tx -> tiny.take(tx, ACCOUNT, holder, 1));
        assertFails(
                "InsufficientAddressCapacity",
                () -> store.transact(tx -> tiny.take(tx, ACCOUNT, holder, 1)));
    }

    /** The pool's first usable address is that of the hosts: nobody would reach the instance. */
    @Test
    void theHostsOwnAddressIsNeverGiven() {
        PublicAddresses pool = new PublicAddresses(Ipv4Block.of("198.18.9.0/28"));
        NetworkInterfaceId holder = NetworkInterfaceId.create(ids);
        List<String> given =
                IntStream.rangeClosed(2, 14)
                        .mapToObj(i -> store.transact(tx -> pool.take(tx, ACCOUNT, holder, i)))
                        .map(Object::toString)
                        .toList();
        assertThat(given)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(2, 14).mapToObj(i -> "198.18.9." + i).toList());
    }

    @Test
    void whatIsReleasedCanBeGivenAgain() {
        NetworkInterface nic = create(address("172.31.240.9"), true);
        release();
        NetworkInterface again = create(address("172.31.240.9"), false);
        assertThat(again.privateIp()).isEqualTo(nic.privateIp());
        assertThat(freeAddresses()).isEqualTo(10);
    }

    @Test
    void launchesAtTheSameTimeNeverShareAnAddress() throws InterruptedException {
        var made = new ConcurrentLinkedQueue<NetworkInterface>();
        List<Thread> threads =
                IntStream.range(0, 11)
                        .mapToObj(i ->
                                Thread.ofVirtual().start(() -> made.add(create(null, true, 42))))
                        .toList();
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        assertThat(made).hasSize(11);
        assertThat(made).extracting(NetworkInterface::privateIp).doesNotHaveDuplicates();
        assertThat(made).extracting(NetworkInterface::publicIp).doesNotHaveDuplicates();
        assertThat(made).extracting(NetworkInterface::mac).doesNotHaveDuplicates();
    }

    private NetworkInterface create(@Nullable Ipv4Address asked, boolean publicIp) {
        return create(asked, publicIp, random.nextLong());
    }

    private NetworkInterface create(@Nullable Ipv4Address asked, boolean publicIp, long seed) {
        NewInterface wanted =
                new NewInterface(
                        newId(), small, asked, publicIp, List.of(), "", null, Instant.EPOCH, seed);
        return store.transact(tx -> interfaces.create(tx, wanted));
    }

    private synchronized NetworkInterfaceId newId() {
        return NetworkInterfaceId.create(ids);
    }

    /** Releases one of them. */
    private NetworkInterface release() {
        return store.transact(tx -> {
            NetworkInterface nic =
                    tx.scan(VpcTables.NETWORK_INTERFACES, KeyRange.all(), 1).getFirst().value();
            interfaces.release(tx, nic);
            return nic;
        });
    }

    private NetworkInterface stop(NetworkInterface nic) {
        return store.transact(tx -> interfaces.takePublicAddress(tx, nic));
    }

    private NetworkInterface start(NetworkInterface nic) {
        return store.transact(tx -> interfaces.givePublicAddress(tx, nic, 5));
    }

    private int freeAddresses() {
        return store.view(tx -> SubnetAddresses.free(tx, small));
    }

    private static Ipv4Address address(String text) {
        return Ipv4Address.parse(text);
    }

    private static void assertFails(String code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(code));
    }
}
