package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.volume.Volume;
import io.brume.control.state.Images;
import io.brume.control.state.Rows;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.ImageObservation;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageAttributeName;
import software.amazon.awssdk.services.ec2.model.ImageDiskContainer;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SnapshotState;

final class ImagesTest extends BlockCloudTest {
    private static final ImageObservation READY =
            ImageObservation.newBuilder()
                    .setPhase(ImageObservation.Phase.PHASE_READY)
                    .setVirtualSizeBytes((2L << 30) + 1)
                    .setBootMode("uefi")
                    .setDescription("A small Linux")
                    .build();

    @BeforeEach
    void imagesAreOfFirmware() {
        cloud.fleet.imagesAre(READY);
    }

    @Test
    void imageBecomesAvailableWhenItsSnapshotIsComplete() {
        String id = register("small");
        Image image = one(ec2, id);
        assertThat(image.state()).isEqualTo(ImageState.PENDING);
        assertThat(image.imageLocation()).isEqualTo("file:///images/small");
        image = awaitImage(id, ImageState.AVAILABLE);
        assertThat(image.rootDeviceName()).isEqualTo("/dev/xvda");
        assertThat(image.bootModeAsString()).isEqualTo("uefi");
        assertThat(image.description()).isEqualTo("A small Linux");
        assertThat(image.tags()).containsExactly(tag("Name", "small"));
        assertThat(image.creationDate())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.\\d{3}Z");
        var root = image.blockDeviceMappings().getFirst().ebs();
        assertThat(root.volumeSize()).isEqualTo(3);
        var snapshot =
                ec2.describeSnapshots(b -> b.ownerIds("self")).snapshots().stream()
                        .filter(one -> one.snapshotId().equals(root.snapshotId()))
                        .findFirst()
                        .orElseThrow();
        assertThat(snapshot.state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(snapshot.description()).contains(id);
        assertThat(ec2.describeVolumes().volumes())
                .as("the one it was made by is hidden")
                .isEmpty();
    }

    @Test
    void nothingStaysOnHostsOfAnImageThatFirmwareStarts() {
        String id = register("firmware");
        awaitImage(id, ImageState.AVAILABLE);
        until(() -> cloud.fleet.desired(node(1), id), Optional::isEmpty);
        until(() -> volumesOf(account), List::isEmpty);
    }

    @Test
    void hostsKeepTheKernelOfAnImageThatIsStartedDirectly() {
        cloud.fleet.imagesAre(READY.toBuilder().setBootMode("direct").build());
        String id = register("direct");
        awaitImage(id, ImageState.AVAILABLE);
        for (int host = 1; host <= 2; host++) {
            var node = node(host);
            until(
                    () -> cloud.fleet.desired(node, id),
                    thing -> thing.filter(one -> !one.getImage().getKeepDisk()).isPresent());
        }
        ec2.deregisterImage(b -> b.imageId(id));
        until(() -> cloud.fleet.desired(node(1), id), Optional::isEmpty);
    }

    @Test
    void imageThatNoHostCanReadFails() {
        String id = register("broken");
        cloud.fleet.fail(id, "no such file");
        Image image = awaitImage(id, ImageState.FAILED);
        assertThat(image.stateReason().message()).contains("no such file");
        assertThat(volumesOf(account)).isEmpty();
        assertThat(ec2.describeSnapshots(b -> b.ownerIds("self")).snapshots()).isEmpty();
    }

    @Test
    void imagesAreRegisteredOfSnapshots() {
        String imported = register("origin");
        var root =
                awaitImage(imported, ImageState.AVAILABLE)
                        .blockDeviceMappings()
                        .getFirst()
                        .ebs()
                        .snapshotId();
        String id =
                ec2.registerImage(b ->
                                b.name("derived")
                                        .rootDeviceName("/dev/sda1")
                                        .architecture("arm64")
                                        .bootMode("uefi")
                                        .blockDeviceMappings(
                                                mapping("/dev/sda1", ebs -> ebs.snapshotId(root)),
                                                mapping(
                                                        "/dev/sdf",
                                                        ebs ->
                                                                ebs.volumeSize(7)
                                                                        .volumeType("io2")
                                                                        .iops(200)
                                                                        .deleteOnTermination(
                                                                                false))))
                        .imageId();
        Image image = one(ec2, id);
        assertThat(image.state()).isEqualTo(ImageState.AVAILABLE);
        assertThat(image.imageLocation()).isEqualTo(account + "/derived");
        assertThat(image.rootDeviceName()).isEqualTo("/dev/sda1");
        assertThat(image.blockDeviceMappings().getFirst().ebs().snapshotId()).isEqualTo(root);
        assertThat(image.blockDeviceMappings().getFirst().ebs().volumeSize()).isEqualTo(3);
        assertThat(image.blockDeviceMappings().getLast().ebs().iops()).isEqualTo(200);
        assertFails("InvalidSnapshot.InUse", () -> ec2.deleteSnapshot(b -> b.snapshotId(root)));
        assertFails(
                "InvalidBlockDeviceMapping",
                () ->
                        ec2.registerImage(b ->
                                b.name("small-one")
                                        .blockDeviceMappings(
                                                mapping(
                                                        "/dev/xvda",
                                                        ebs ->
                                                                ebs.snapshotId(root)
                                                                        .volumeSize(2)))));
        assertFails(
                "InvalidSnapshot.NotFound",
                () ->
                        stranger()
                                .registerImage(b ->
                                        b.name("stolen")
                                                .blockDeviceMappings(
                                                        mapping(
                                                                "/dev/xvda",
                                                                ebs -> ebs.snapshotId(root)))));
        ec2.deregisterImage(b -> b.imageId(imported));
        ec2.deregisterImage(b -> b.imageId(id));
        ec2.deleteSnapshot(b -> b.snapshotId(root));
    }

    @Test
    void sharingIsTheOwnersChoice() {
        String id = register("shared");
        Ec2Client other = stranger();
        String otherAccount = other.describeVpcs().vpcs().getFirst().ownerId();
        assertFails("InvalidAMIID.NotFound", () -> one(other, id));
        ec2.modifyImageAttribute(
                b -> b.imageId(id).launchPermission(p -> p.add(List.of(permission(otherAccount)))));
        assertThat(one(other, id).imageLocation()).isEqualTo(account + "/shared");
        assertThat(other.describeImages(b -> b.executableUsers("self")).images()).hasSize(1);
        assertThat(other.describeImages(b -> b.owners("self")).images()).isEmpty();
        assertFails("AuthFailure", () -> other.deregisterImage(b -> b.imageId(id)));
        assertThat(
                        ec2.describeImageAttribute(b ->
                                        b.imageId(id)
                                                .attribute(ImageAttributeName.LAUNCH_PERMISSION))
                                .launchPermissions())
                .containsExactly(permission(otherAccount));
        ec2.resetImageAttribute(b -> b.imageId(id).attribute("launchPermission"));
        assertFails("InvalidAMIID.NotFound", () -> one(other, id));
    }

    @Test
    void theCloudsPublicImagesAreAmazons() {
        Ec2Client operator = cloud.ec2(way, TestCloud.OPERATOR);
        String id =
                operator.registerImage(
                                b -> b.name("linux-" + way).imageLocation("file:///images/linux"))
                        .imageId();
        operator.modifyImageAttribute(b ->
                b.imageId(id).attribute("launchPermission").operationType("add").userGroups("all"));
        assertThat(ec2.describeImages(b -> b.owners("amazon")).images())
                .extracting(Image::imageId)
                .contains(id);
        Image seen = one(ec2, id);
        assertThat(seen.imageOwnerAlias()).isEqualTo("amazon");
        assertThat(seen.publicLaunchPermissions()).isTrue();
        assertThat(
                        ec2.describeImages(b ->
                                        b.owners("amazon")
                                                .filters(
                                                        filter("name", "linux-*"),
                                                        filter("state", "pending")))
                                .images())
                .isNotEmpty();
    }

    @Test
    void aDeregisteredImageIsGoneForUsersAndItsKernelIsKeptForInstances() {
        cloud.fleet.imagesAre(READY.toBuilder().setBootMode("direct").build());
        String id = running().imageId();
        ec2.deregisterImage(b -> b.imageId(id));
        assertFails("InvalidAMIID.NotFound", () -> one(ec2, id));
        assertFails("InvalidAMIID.NotFound", () -> ec2.deregisterImage(b -> b.imageId(id)));
        assertThat(cloud.store.<Boolean>view(tx -> Images.isKernelInUse(tx, new ImageId(id))))
                .isTrue();
        until(() -> cloud.fleet.desired(node(2), id), thing -> thing.isPresent());
        register("old");
    }

    @Test
    void aDeregisteredImportLeavesNothing() {
        String id = register("given-up");
        ec2.deregisterImage(b -> b.imageId(id));
        until(() -> volumesOf(account), List::isEmpty);
        assertThat(ec2.describeSnapshots(b -> b.ownerIds("self")).snapshots()).isEmpty();
    }

    @Test
    void badRegistrationsAreRefused() {
        register("taken");
        assertFails("InvalidAMIName.Duplicate", () -> register("taken"));
        assertFails("InvalidAMIName.Malformed", () -> register("bad*name"));
        assertFails(
                "InvalidParameterValue",
                () -> ec2.registerImage(b -> b.name("secret").imageLocation("file:///etc/shadow")));
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.registerImage(b ->
                                b.name("secret").imageLocation("file:///images/../etc/shadow")));
        assertFails("MissingParameter", () -> ec2.registerImage(b -> b.name("nothing")));
        assertThat(ec2.describeImages(b -> b.owners("self")).images()).hasSize(1);
    }

    @Test
    void importIsFollowedToItsEnd() {
        String task =
                ec2.importImage(b -> b.description("server").diskContainers(disk("OVA")))
                        .importTaskId();
        ImportImageTask seen = task(task);
        assertThat(seen.status()).isEqualTo("active");
        assertThat(seen.imageId()).isNull();
        String image =
                ec2.describeImages(b -> b.owners("self").filters(filter("name", task)))
                        .images()
                        .getFirst()
                        .imageId();
        cloud.fleet.imagesAre(
                READY.toBuilder()
                        .setPhase(ImageObservation.Phase.PHASE_IMPORTING)
                        .setProgressPercent(40)
                        .build());
        until(() -> task(task), now -> "20".equals(now.progress()));
        cloud.fleet.imagesAre(READY);
        until(() -> task(task), now -> now.status().equals("completed"));
        assertThat(task(task).imageId()).isEqualTo(image);
        assertFails("IncorrectState", () -> ec2.cancelImportTask(b -> b.importTaskId(task)));
    }

    @Test
    void importIsOfAnObject() {
        String id =
                ec2.importImage(b ->
                                b.diskContainers(
                                        ImageDiskContainer.builder()
                                                .userBucket(u ->
                                                        u.s3Bucket("disks").s3Key("a b/disk.raw"))
                                                .build()))
                        .importTaskId();
        var detail = task(id).snapshotDetails().getFirst();
        assertThat(detail.userBucket().s3Bucket()).isEqualTo("disks");
        assertThat(detail.userBucket().s3Key()).isEqualTo("a b/disk.raw");
        assertThat(detail.url()).isNull();
        assertThat(
                        ec2.describeImages(b -> b.owners("self").filters(filter("name", id)))
                                .images()
                                .getFirst()
                                .imageLocation())
                .isEqualTo("s3://disks/a b/disk.raw");
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.importImage(b ->
                                b.diskContainers(
                                        ImageDiskContainer.builder()
                                                .userBucket(u -> u.s3Bucket("D").s3Key("k"))
                                                .build())));
    }

    @Test
    void importCanBeCancelledAndCanFail() {
        String cancelled = ec2.importImage(b -> b.diskContainers(disk("raw"))).importTaskId();
        assertThat(ec2.cancelImportTask(b -> b.importTaskId(cancelled)).previousState())
                .isEqualTo("active");
        assertThat(task(cancelled).status()).isEqualTo("deleted");
        String failing = ec2.importImage(b -> b.diskContainers(disk("raw"))).importTaskId();
        String image =
                ec2.describeImages(b -> b.owners("self").filters(filter("name", failing)))
                        .images()
                        .getFirst()
                        .imageId();
        cloud.fleet.fail(image, "no such file");
        until(() -> task(failing), now -> "ClientError: no such file".equals(now.statusMessage()));
        assertFails(
                "InvalidParameterValue",
                () -> ec2.importImage(b -> b.diskContainers(disk("floppy"))));
        assertFails("MissingParameter", () -> ec2.importImage(b -> {}));
        assertFails(
                "InvalidConversionTaskId.Malformed",
                () -> ec2.describeImportImageTasks(b -> b.importTaskIds("import-1")));
    }

    private Image awaitImage(String id, ImageState state) {
        return until(() -> one(ec2, id), image -> image.state() == state);
    }

    private static List<Volume> volumesOf(AccountId account) {
        return cloud.store.view(tx ->
                Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account)));
    }

    private static BlockDeviceMapping mapping(String device, Consumer<EbsBlockDevice.Builder> ebs) {
        return BlockDeviceMapping.builder().deviceName(device).ebs(ebs).build();
    }

    private ImportImageTask task(String id) {
        return ec2.describeImportImageTasks(b -> b.importTaskIds(id)).importImageTasks().getFirst();
    }

    private static ImageDiskContainer disk(String format) {
        return ImageDiskContainer.builder().format(format).url("file:///images/disk").build();
    }

    private static LaunchPermission permission(String user) {
        return LaunchPermission.builder().userId(user).build();
    }

    private static Image one(Ec2Client client, String id) {
        return client.describeImages(b -> b.imageIds(id)).images().getFirst();
    }

    private String register(String name) {
        return ec2.registerImage(b ->
                        b.name(name)
                                .imageLocation("file:///images/" + name)
                                .tagSpecifications(tags(ResourceType.IMAGE, tag("Name", name))))
                .imageId();
    }
}
