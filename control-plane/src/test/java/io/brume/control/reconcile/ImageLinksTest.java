package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.fleet.InMemoryFleet;
import io.brume.control.state.AccountDirectory;
import io.brume.control.state.MasterKey;
import io.brume.control.state.TestAccounts;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.ObjectServerFacts;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts reach images in buckets with the rights of the account that made the image. */
final class ImageLinksTest {
    private static final AccountId ACCOUNT = new AccountId("111122223333");
    private static final ImageSource SOURCE = new ImageSource("s3://disks/a b/100%.raw", null, "");

    private final Store store = MemoryStore.open();
    private final MasterKey masterKey = MasterKey.random();
    private final InMemoryFleet fleet = new InMemoryFleet();
    private final AccountDirectory accounts = TestAccounts.of(store, masterKey);
    private final ImageLinks links =
            new ImageLinks(store, fleet, masterKey, "lab-1", Time.system());

    @AfterEach
    void close() {
        store.close();
    }

    private void storageNode(String id, String address) {
        fleet.connectStorage(
                new NodeId(id),
                NodeFacts.newBuilder()
                        .setObjectServer(ObjectServerFacts.newBuilder().setS3Address(address))
                        .build());
    }

    @Test
    void oneForEachStorageNodeSignedByTheAccount() {
        accounts.create(ACCOUNT, "first");
        var key = accounts.credentials(ACCOUNT).getFirst();
        storageNode("node-00000000000000001", "192.0.2.2:7007");
        storageNode("node-00000000000000002", "192.0.2.1:7005");
        storageNode("node-00000000000000003", "");
        assertThat(links.of(ACCOUNT, SOURCE))
                .hasSize(2)
                .allSatisfy(link ->
                        assertThat(link)
                                .contains("/disks/a%20b/100%25.raw?X-Amz-Algorithm=")
                                .contains("X-Amz-Credential=" + key.id().value() + "%2F")
                                .contains("lab-1%2Fs3%2Faws4_request"))
                .first()
                .asString()
                .startsWith("http://192.0.2.1:7005/");
        assertThat(links.of(ACCOUNT, new ImageSource("https://host/x", null, ""))).isEmpty();
        accounts.revoke(ACCOUNT, key.id());
        assertThat(links.of(ACCOUNT, SOURCE)).isEmpty();
    }
}
