package io.brume.cli.command.image;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Images;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "copy",
        description = "Makes another image of the same content: one of your own, or encrypted.",
        footer = {
            "  brume image copy small --name mine",
            "  brume image copy small --name secret --encrypted --wait"
        })
final class CopyImage extends CloudCommand {
    @Parameters(paramLabel = "IMAGE", description = "its id, or its name")
    private String image = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what to call the copy; the image's name and -copy unless given")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
    private String description = "";

    @Option(
            names = "--encrypted",
            description = "encrypt it; a copy of what is encrypted always is")
    private boolean encrypted;

    @Option(names = "--wait", description = "wait until it can be used")
    private boolean wait;

    CopyImage(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var images = new Images(cloud);
        var source = images.one(image);
        String id =
                cloud.ec2(
                                "CopyImage",
                                new Form()
                                        .with("SourceRegion", cloud.connection().region())
                                        .with("SourceImageId", source.id())
                                        .with(
                                                "Name",
                                                name.isEmpty() ? source.name() + "-copy" : name)
                                        .with(
                                                "Description",
                                                description.isEmpty()
                                                        ? source.description()
                                                        : description)
                                        .with("Encrypted", encrypted ? "true" : "")
                                        .withTags("image", user(source)))
                        .at("imageId");
        ImageColumns.print(listing(), new ImageWait(images, progress()).made(id, wait));
        return 0;
    }

    /** Whoever logs in to instances of the one logs in to those of the other. */
    private static Map<String, String> user(Images.Image source) {
        return source.user().isEmpty() ? Map.of() : Map.of(Images.USER_TAG, source.user());
    }
}
