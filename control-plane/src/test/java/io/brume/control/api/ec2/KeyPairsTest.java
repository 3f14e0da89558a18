package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.KeyFormat;
import software.amazon.awssdk.services.ec2.model.KeyPairInfo;
import software.amazon.awssdk.services.ec2.model.KeyType;
import software.amazon.awssdk.services.ec2.model.ResourceType;

final class KeyPairsTest extends CloudTest {
    private static final String ED25519 =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS";

    @Test
    void madeKeyIsDescribedAndDeleted() {
        CreateKeyPairResponse made =
                ec2.createKeyPair(b ->
                        b.keyName("main")
                                .tagSpecifications(
                                        tags(ResourceType.KEY_PAIR, tag("team", "blue"))));
        assertThat(made.keyMaterial()).startsWith("-----BEGIN RSA PRIVATE KEY-----\n");
        assertThat(made.keyFingerprint()).matches("([0-9a-f]{2}:){19}[0-9a-f]{2}");
        assertThat(made.keyPairId()).matches("key-[0-9a-f]{17}");
        assertThat(made.tags()).containsExactly(tag("team", "blue"));

        KeyPairInfo info = ec2.describeKeyPairs(b -> b.keyNames("main")).keyPairs().getFirst();
        assertThat(info.keyPairId()).isEqualTo(made.keyPairId());
        assertThat(info.keyFingerprint()).isEqualTo(made.keyFingerprint());
        assertThat(info.keyType()).isEqualTo(KeyType.RSA);
        assertThat(info.tags()).containsExactly(tag("team", "blue"));
        assertThat(info.publicKey()).isNull();
        assertThat(info.createTime()).isNotNull();

        assertThat(ec2.deleteKeyPair(b -> b.keyName("main")).keyPairId())
                .isEqualTo(made.keyPairId());
        assertThat(ec2.describeKeyPairs().keyPairs()).isEmpty();
        assertThat(ec2.describeTags().tags()).isEmpty();
        assertThat(ec2.deleteKeyPair(b -> b.keyName("main")).returnValue()).isTrue();
    }

    @Test
    void ed25519AndPuttyFormatsAreOffered() {
        CreateKeyPairResponse ed = ec2.createKeyPair(b -> b.keyName("ed").keyType(KeyType.ED25519));
        assertThat(ed.keyMaterial()).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----\n");
        assertThat(ed.keyFingerprint()).matches("[A-Za-z0-9+/]{43}=");
        CreateKeyPairResponse putty =
                ec2.createKeyPair(
                        b -> b.keyName("putty").keyType(KeyType.ED25519).keyFormat(KeyFormat.PPK));
        assertThat(putty.keyMaterial()).startsWith("PuTTY-User-Key-File-2: ssh-ed25519\r\n");
    }

    @Test
    void broughtKeyKeepsItsPublicHalf() {
        var key = SdkBytes.fromUtf8String(ED25519 + " me@home");
        ec2.importKeyPair(b -> b.keyName("mine").publicKeyMaterial(key));
        KeyPairInfo info =
                ec2.describeKeyPairs(b -> b.includePublicKey(true)).keyPairs().getFirst();
        assertThat(info.publicKey()).isEqualTo(ED25519 + " mine");
        assertThat(info.keyType()).isEqualTo(KeyType.ED25519);
    }

    @Test
    void filtersChoose() {
        ec2.createKeyPair(b -> b.keyName("web-1").keyType(KeyType.ED25519));
        ec2.createKeyPair(b -> b.keyName("web-2").keyType(KeyType.ED25519));
        ec2.createKeyPair(b -> b.keyName("db").keyType(KeyType.ED25519));
        Filter web = Filter.builder().name("key-name").values("web-*").build();
        assertThat(ec2.describeKeyPairs(b -> b.filters(web)).keyPairs())
                .extracting(KeyPairInfo::keyName)
                .containsExactlyInAnyOrder("web-1", "web-2");
        Filter strange = Filter.builder().name("colour").values("red").build();
        assertFails("InvalidParameterValue", () -> ec2.describeKeyPairs(b -> b.filters(strange)));
    }

    @Test
    void faultsAreAwss() {
        ec2.createKeyPair(b -> b.keyName("one").keyType(KeyType.ED25519));
        assertFails("InvalidKeyPair.Duplicate", () -> ec2.createKeyPair(b -> b.keyName("one")));
        assertFails("InvalidKeyPair.NotFound", () -> ec2.describeKeyPairs(b -> b.keyNames("none")));
        assertFails(
                "InvalidKeyPair.NotFound",
                () -> ec2.describeKeyPairs(b -> b.keyPairIds("key-0123456789abcdef0")));
        assertFails("MissingParameter", () -> ec2.deleteKeyPair(b -> {}));
        assertFails("InvalidParameterValue", () -> ec2.createKeyPair(b -> b.keyName(" padded ")));
        assertFails(
                "InvalidKey.Format",
                () ->
                        ec2.importKeyPair(b ->
                                b.keyName("bad")
                                        .publicKeyMaterial(
                                                SdkBytes.fromUtf8String("ssh-rsa nonsense"))));
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.createKeyPair(b ->
                                b.keyName("two")
                                        .tagSpecifications(tags(ResourceType.VPC, tag("a", "b")))));
        assertThat(ec2.describeKeyPairs().keyPairs()).hasSize(1);
    }

    @Test
    void dryRunChangesNothing() {
        assertFails(
                "DryRunOperation",
                () -> ec2.createKeyPair(b -> b.keyName("dry").keyType("ed25519").dryRun(true)));
        assertThat(ec2.describeKeyPairs().keyPairs()).isEmpty();
    }

    @Test
    void othersKeysAreNotSeen() {
        ec2.createKeyPair(b -> b.keyName("mine").keyType(KeyType.ED25519));
        assertThat(stranger().describeKeyPairs().keyPairs()).isEmpty();
        assertFails(
                "InvalidKeyPair.NotFound",
                () -> stranger().describeKeyPairs(b -> b.keyNames("mine")));
    }
}
