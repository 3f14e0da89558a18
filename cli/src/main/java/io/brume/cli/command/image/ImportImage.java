package io.brume.cli.command.image;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Images;
import io.brume.cli.client.Images.Image;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description =
                "Makes an image from a disk: raw, qcow2, VMDK, VHD, OVA, or a bundle of Brume's"
                        + " builders.",
        footer = {
            "  brume image import disk.qcow2 --name my-image --user admin --wait",
            "  brume image import s3://disks/debian-12.qcow2 --name debian-12",
            "  brume image import https://example.com/debian-12-genericcloud-amd64.qcow2"
                    + " --name debian-12"
        })
final class ImportImage extends CloudCommand {
    @Parameters(
            paramLabel = "SOURCE",
            description = "file or bundle folder on the cloud's host, URL, or s3://BUCKET/KEY")
    private String source = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "the image's name (a bundle has one)")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
    private String description = "";

    @Option(names = "--architecture", paramLabel = "NAME", description = "x86_64 (the default)")
    private String architecture = "";

    @Option(
            names = "--boot-mode",
            paramLabel = "MODE",
            description = "legacy-bios, uefi or uefi-preferred")
    private String bootMode = "";

    @Option(names = "--user", paramLabel = "NAME", description = "who logs in by SSH")
    private String user = "";

    @Option(names = "--public", description = "for all accounts")
    private boolean everyone;

    @Option(names = "--if-absent", description = "do nothing when an image of that name is there")
    private boolean ifAbsent;

    @Option(names = "--wait", description = "wait until it can be used")
    private boolean wait;

    ImportImage(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var images = new Images(cloud);
        Source from = Source.of(source, context().environment().data().resolve("images"));
        String title = name.isEmpty() ? from.fact("name").orElse("") : name;
        if (title.isEmpty()) {
            throw CliException.usage("the image needs a name", "add --name NAME");
        }
        List<Image> named = images.named(title);
        Optional<Image> usable =
                named.stream().filter(image -> !image.state().equals("failed")).findFirst();
        String id =
                ifAbsent && usable.isPresent()
                        ? usable.get().id()
                        : register(cloud, from, title, named);
        Image image = wait ? new ImageWait(images, progress()).untilAvailable(id) : images.one(id);
        listing()
                .rows(
                        List.of(
                                "ImageId",
                                "Name",
                                "State",
                                "Architecture",
                                "Public",
                                "Description"),
                        List.of(image.row()),
                        "");
        return 0;
    }

    private String register(Cloud cloud, Source from, String title, List<Image> named) {
        // An import that failed keeps its name, and its reason for whoever asks; a new try takes
        // its place.
        named.stream()
                .filter(image -> image.state().equals("failed"))
                .forEach(image ->
                        cloud.ec2("DeregisterImage", new Form().with("ImageId", image.id())));
        String login = user.isEmpty() ? from.fact("user").orElse("") : user;
        String id =
                cloud.ec2(
                                "RegisterImage",
                                new Form()
                                        .with("Name", title)
                                        .with("ImageLocation", from.url())
                                        .with(
                                                "Description",
                                                description.isEmpty()
                                                        ? from.fact("description").orElse("")
                                                        : description)
                                        .with(
                                                "Architecture",
                                                architecture.isEmpty()
                                                        ? from.fact("architecture").orElse("x86_64")
                                                        : architecture)
                                        .with("BootMode", bootMode)
                                        .with("RootDeviceName", "/dev/xvda")
                                        .with("VirtualizationType", "hvm"))
                        .at("imageId");
        if (!login.isEmpty()) {
            cloud.ec2(
                    "CreateTags",
                    new Form()
                            .with("ResourceId.1", id)
                            .with("Tag.1.Key", Images.USER_TAG)
                            .with("Tag.1.Value", login));
        }
        if (everyone) {
            cloud.ec2(
                    "ModifyImageAttribute",
                    new Form().with("ImageId", id).with("LaunchPermission.Add.1.Group", "all"));
        }
        return id;
    }
}
