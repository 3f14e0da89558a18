package io.brume.cli.command.image;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Images;
import io.brume.cli.client.Images.Image;
import io.brume.cli.output.Progress;
import io.brume.cli.output.Progress.Look;
import java.time.Duration;

/** Waits until instances can be made from an image. */
final class ImageWait {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Images images;
    private final Progress progress;

    ImageWait(Images images, Progress progress) {
        this.images = images;
        this.progress = progress;
    }

    /** An image that was just made: as it is, or when instances can be made from it. */
    Image made(String id, boolean wait) {
        return wait ? untilAvailable(id) : images.one(id);
    }

    /** Fails at once when it has failed. */
    Image untilAvailable(String id) {
        return progress.await(id + " available", LIMIT, () -> look(id))
                .orElseThrow(() ->
                        CliException.general(
                                id + " was not available within " + LIMIT.toMinutes() + " minutes",
                                "see: ./brume logs node-agent"));
    }

    private Look<Image> look(String id) {
        Image now = images.one(id);
        if (now.state().equals("failed")) {
            throw CliException.general(
                    "the image could not be made: "
                            + (now.stateReason().isEmpty() ? "no reason given" : now.stateReason()),
                    "see: ./brume logs node-agent");
        }
        return now.state().equals("available") ? Look.done(now) : Look.notYet(now.state());
    }
}
