package io.brume.cli.command.image;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Images;
import io.brume.cli.client.Images.Image;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "Lists images: one's own and those for everyone.",
        footer = {"  brume image list", "  brume image list --own --output json"})
final class ListImages extends CloudCommand {
    @Option(names = "--own", description = "only those of this account")
    private boolean own;

    ListImages(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var parameters = new Form();
        if (own) {
            parameters.with("Owner.1", "self");
        }
        List<Image> found =
                new Images(cloud)
                        .list(parameters).stream()
                                .sorted(Comparator.comparing(Image::name).thenComparing(Image::id))
                                .toList();
        listing()
                .rows(
                        List.of(
                                "ImageId",
                                "Name",
                                "State",
                                "Architecture",
                                "Public",
                                "CreationDate",
                                "Description"),
                        found.stream().map(Image::row).toList(),
                        "There are no images. Make one: brume image build small");
        return 0;
    }
}
