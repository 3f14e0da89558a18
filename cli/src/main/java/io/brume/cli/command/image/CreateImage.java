package io.brume.cli.command.image;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Images;
import io.brume.cli.client.Instances;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Makes an image of an instance: snapshots of all its volumes.",
        footer = {
            "  brume image create web web-golden --wait",
            "  brume image create web nightly --no-reboot"
        })
final class CreateImage extends CloudCommand {
    @Parameters(index = "0", paramLabel = "INSTANCE", description = "its id, or its name")
    private String instance = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "what to call the image")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
    private String description = "";

    @Option(
            names = "--no-reboot",
            description = "leave the guest running; what it has not written yet is not in it")
    private boolean noReboot;

    @Option(names = "--wait", description = "wait until it can be used")
    private boolean wait;

    CreateImage(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var of = new Instances(cloud).one(instance);
        var images = new Images(cloud);
        String id =
                cloud.ec2(
                                "CreateImage",
                                new Form()
                                        .with("InstanceId", of.id())
                                        .with("Name", name)
                                        .with("Description", description)
                                        .with("NoReboot", Boolean.toString(noReboot))
                                        .withTags("image", user(images, of.imageId())))
                        .at("imageId");
        ImageColumns.print(listing(), new ImageWait(images, progress()).made(id, wait));
        return 0;
    }

    /** Whoever logs in to the instance logs in to those that are made of it. */
    private static Map<String, String> user(Images images, String origin) {
        return images.list(new Form().withFilter("image-id", origin)).stream()
                .map(Images.Image::user)
                .filter(user -> !user.isEmpty())
                .findFirst()
                .map(user -> Map.of(Images.USER_TAG, user))
                .orElse(Map.of());
    }
}
