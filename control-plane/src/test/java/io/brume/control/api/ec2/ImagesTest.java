package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.ImageId;
import io.brume.control.state.ImageObserved;
import io.brume.control.state.ImageObserved.Phase;
import io.brume.control.state.Images;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageAttributeName;
import software.amazon.awssdk.services.ec2.model.ImageDiskContainer;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.ResourceType;

final class ImagesTest extends CloudTest {
    @Test
    void imageBecomesAvailableWhenAHostHasIt() {
        String id = register("small");
        Image image = one(ec2, id);
        assertThat(image.state()).isEqualTo(ImageState.PENDING);
        assertThat(image.imageLocation()).isEqualTo("file:///images/small");
        observe(id, Phase.READY);
        image = one(ec2, id);
        assertThat(image.state()).isEqualTo(ImageState.AVAILABLE);
        assertThat(image.rootDeviceName()).isEqualTo("/dev/xvda");
        assertThat(image.blockDeviceMappings().getFirst().ebs().volumeSize()).isEqualTo(3);
        assertThat(image.bootModeAsString()).isEqualTo("uefi");
        assertThat(image.description()).isEqualTo("A small Linux");
        assertThat(image.tags()).containsExactly(tag("Name", "small"));
        assertThat(image.creationDate())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.\\d{3}Z");
    }

    @Test
    void imageThatNoHostCanReadFails() {
        String id = register("broken");
        observe(id, Phase.FAILED);
        Image image = one(ec2, id);
        assertThat(image.state()).isEqualTo(ImageState.FAILED);
        assertThat(image.stateReason().message()).contains("no such file");
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
    void aDeregisteredImageIsGoneForUsersAndKeptForInstances() {
        String id = register("old");
        ec2.deregisterImage(b -> b.imageId(id));
        assertFails("InvalidAMIID.NotFound", () -> one(ec2, id));
        assertFails("InvalidAMIID.NotFound", () -> ec2.deregisterImage(b -> b.imageId(id)));
        ImageId imageId = new ImageId(id);
        assertThat(desiredIds(imageId::equals)).contains(imageId);
        assertThat(desiredIds(used -> false)).doesNotContain(imageId);
        register("old");
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
        observe(image, Phase.IMPORTING);
        assertThat(task(task).progress()).isEqualTo("40");
        observe(image, Phase.READY);
        assertThat(task(task).status()).isEqualTo("completed");
        assertThat(task(task).imageId()).isEqualTo(image);
        assertFails("IncorrectState", () -> ec2.cancelImportTask(b -> b.importTaskId(task)));
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
        observe(image, Phase.FAILED);
        assertThat(task(failing).statusMessage()).isEqualTo("ClientError: no such file");
        assertFails(
                "InvalidParameterValue",
                () -> ec2.importImage(b -> b.diskContainers(disk("floppy"))));
        assertFails("MissingParameter", () -> ec2.importImage(b -> {}));
        assertFails(
                "InvalidConversionTaskId.Malformed",
                () -> ec2.describeImportImageTasks(b -> b.importTaskIds("import-1")));
    }

    private static List<ImageId> desiredIds(Predicate<ImageId> inUse) {
        return cloud.store.view(
                tx -> Images.desired(tx, inUse).stream().map(image -> image.id()).toList());
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

    private static void observe(String id, Phase phase) {
        cloud.store.transact(tx -> {
            Images.observed(
                    tx,
                    new ImageObserved(
                            new ImageId(id),
                            phase,
                            40,
                            phase == Phase.FAILED ? "no such file" : "",
                            (2L << 30) + 1,
                            BootMode.UEFI,
                            "A small Linux"));
            return id;
        });
    }
}
