package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** What a user types to encrypt volumes and to copy snapshots. */
final class EbsCliIT extends BlockCloudTest {
    @TempDir private Path home;

    private String aws(String... arguments) throws Exception {
        return new AwsCli(cloud.endpoint(), cloud.key(account), home).ok(arguments);
    }

    @Test
    void anEncryptedVolumeItsSnapshotAndACopy() throws Exception {
        assumeTrue(way == TestCloud.Way.STRAIGHT, "a command goes its own way: once is enough");
        assertThat(
                        aws(
                                "ec2",
                                "enable-ebs-encryption-by-default",
                                "--query",
                                "EbsEncryptionByDefault"))
                .isEqualTo("True");
        assertThat(aws("ec2", "get-ebs-default-kms-key-id", "--query", "KmsKeyId"))
                .isEqualTo("alias/aws/ebs");
        String volume =
                aws(
                        "ec2",
                        "create-volume",
                        "--availability-zone",
                        ZONE,
                        "--size",
                        "1",
                        "--query",
                        "VolumeId");
        awaitVolume(volume, VolumeState.AVAILABLE);
        assertThat(
                        aws(
                                "ec2",
                                "describe-volumes",
                                "--volume-ids",
                                volume,
                                "--query",
                                "Volumes[].[Encrypted,KmsKeyId]"))
                .isEqualTo("True\t" + cloud.keys().defaultKey(account));
        String snapshot =
                aws("ec2", "create-snapshot", "--volume-id", volume, "--query", "SnapshotId");
        awaitSnapshot(snapshot);
        String copy =
                aws(
                        "ec2",
                        "copy-snapshot",
                        "--source-region",
                        "us-east-1",
                        "--source-snapshot-id",
                        snapshot,
                        "--description",
                        "kept",
                        "--query",
                        "SnapshotId");
        awaitSnapshot(copy);
        assertThat(
                        aws(
                                "ec2",
                                "describe-snapshots",
                                "--filters",
                                "Name=encrypted,Values=true",
                                "Name=description,Values=kept",
                                "--query",
                                "Snapshots[].[SnapshotId,VolumeId,Encrypted]"))
                .isEqualTo(copy + "\tvol-ffffffff\tTrue");
    }
}
