package io.brume.cli.command.image;

import io.brume.cli.client.Images.Image;
import io.brume.cli.output.Listing;
import java.util.List;

/** An image that was just made, in a table. */
final class ImageColumns {
    private static final List<String> COLUMNS =
            List.of("ImageId", "Name", "State", "Architecture", "Description");

    private ImageColumns() {}

    static void print(Listing listing, Image made) {
        listing.rows(COLUMNS, List.of(made.row()), "");
    }
}
