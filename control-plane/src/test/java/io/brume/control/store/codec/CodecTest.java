package io.brume.control.store.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.tag.TagKey;
import io.brume.control.domain.volume.EbsSettings;
import io.brume.proto.state.v1.VolumeRecord;
import io.brume.store.Table;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class CodecTest {
    @Property(tries = 200)
    void recordsComeBackAsTheyWereStored(@ForAll long seed) {
        RandomRecords any = new RandomRecords(seed);
        roundTrip(VpcTables.VPCS, any.vpc());
        roundTrip(VpcTables.SUBNETS, any.subnet());
        roundTrip(VpcTables.SECURITY_GROUPS, any.securityGroup());
        roundTrip(VpcTables.SECURITY_GROUP_RULES, any.rule());
        roundTrip(VpcTables.NETWORK_INTERFACES, any.networkInterface());
        roundTrip(VpcTables.VPC_NUMBERS, new Holder(any.account(), any.text()));
        roundTrip(ImageTables.IMAGES, any.image());
        roundTrip(ImageTables.IMPORT_TASKS, any.importTask());
        roundTrip(VolumeTables.VOLUMES, any.volume());
        roundTrip(VolumeTables.STORAGE_NODES, any.storageNode());
        roundTrip(SnapshotTables.SNAPSHOTS, any.snapshot());
        roundTrip(ObjectStoreTables.OBJECT_STORE, any.objectStore());
        roundTrip(EbsTables.EBS_SETTINGS, new EbsSettings(seed % 2 == 0));
        roundTrip(KeyPairTables.KEY_PAIRS, any.keyPair());
        roundTrip(IdentityTables.ACCOUNTS, any.accountRecord());
        roundTrip(IdentityTables.ACCESS_KEYS, any.accessKey());
        roundTrip(TagTables.TAGS, any.text());
    }

    @Property(tries = 200)
    void keysComeBackAsTheyWereStored(@ForAll long seed) {
        RandomRecords any = new RandomRecords(seed);
        keyRoundTrip(VpcTables.VPCS, any.vpc().key());
        keyRoundTrip(VpcTables.SECURITY_GROUP_RULES, any.rule().key());
        keyRoundTrip(VpcTables.NETWORK_INTERFACES, any.networkInterface().key());
        keyRoundTrip(VpcTables.MAC_ADDRESSES, any.networkInterface().mac());
        keyRoundTrip(VpcTables.PUBLIC_ADDRESSES, any.networkInterface().privateIp());
        keyRoundTrip(ImageTables.IMAGES, any.image().key());
        keyRoundTrip(VolumeTables.VOLUMES, any.volume().key());
        keyRoundTrip(VolumeTables.STORAGE_NODES, any.storageNode().id());
        keyRoundTrip(SnapshotTables.SNAPSHOTS, any.snapshot().key());
        keyRoundTrip(IdentityTables.ACCESS_KEYS, any.accessKey().id());
        keyRoundTrip(TagTables.TAGS, new TagKey(any.account(), any.text(), any.text()));
        keyRoundTrip(
                ClientTokenTables.CLIENT_TOKENS,
                new ClientTokenTables.TokenKey(any.account(), "RunInstances", any.text()));
    }

    @Test
    void anAccountsTagsLieTogetherAndApartFromOthers() {
        AccountId mine = new AccountId("123456789012");
        AccountId other = new AccountId("123456789013");
        var tags = TagTables.of(mine, "i-1");
        assertThat(tags.contains(key(mine, "i-1"))).isTrue();
        assertThat(tags.contains(key(mine, "i-12"))).isFalse();
        assertThat(tags.contains(key(other, "i-1"))).isFalse();
        assertThat(TagTables.of(mine).contains(key(mine, "i-12"))).isTrue();
        assertThat(TagTables.of(mine).contains(key(other, "i-1"))).isFalse();
    }

    @Test
    void strangeBytesAreRefused() {
        byte[] noise = "\u0007noise".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> VpcTables.VPCS.codec().decode(noise))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** As every version before the servings wrote it. */
    @Property(tries = 50)
    void aVolumeWithoutAServingIsReadAsOneThatIsNotServed(@ForAll long seed) throws Exception {
        var volume = new RandomRecords(seed).volume();
        var older =
                VolumeRecord.parseFrom(VolumeTables.VOLUMES.codec().encode(volume)).toBuilder()
                        .clearServing()
                        .build();
        var read = VolumeTables.VOLUMES.codec().decode(older.toByteArray());
        assertThat(read.serving()).isEmpty();
        assertThat(read.attachment()).isEqualTo(volume.attachment());
    }

    private static io.brume.store.Bytes key(AccountId account, String resource) {
        return TagTables.TAGS.keyCodec().encode(new TagKey(account, resource, "Name"));
    }

    private static <K, V> void roundTrip(Table<K, V> table, V value) {
        byte[] bytes = table.codec().encode(value);
        assertThat(table.codec().decode(bytes)).isEqualTo(value);
        assertThat(table.codec().encode(table.codec().decode(bytes))).isEqualTo(bytes);
    }

    private static <K, V> void keyRoundTrip(Table<K, V> table, K key) {
        assertThat(table.keyCodec().decode(table.keyCodec().encode(key))).isEqualTo(key);
    }
}
