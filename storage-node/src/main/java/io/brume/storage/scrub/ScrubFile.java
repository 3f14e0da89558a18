package io.brume.storage.scrub;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * How far scrubbing is, so that a restart goes on. What is lost of it, or cannot be read, costs a
 * round more, no more than that: it is not forced to the disk.
 */
public final class ScrubFile {
    private static final int MOST_BYTES = 1024;

    private final Path path;

    public ScrubFile(Path path) {
        this.path = path;
    }

    /**
     * A round.
     *
     * @param began when
     * @param done the last volume, or whatever is read, of the round that is done; empty = none
     * @param finished whether it is over
     */
    public record Round(Instant began, String done, boolean finished) {
        /** One that was so long ago that the next is due. */
        static final Round NONE = new Round(Instant.EPOCH, "", true);

        /** Whether the next one is; a clock that was set back does not put it off for ever. */
        public boolean isDue(Instant now, Duration every) {
            return now.isBefore(began) || !now.isBefore(began.plus(every));
        }
    }

    /** The round that was last noted. */
    public Round read() throws IOException {
        if (!Files.exists(path) || Files.size(path) > MOST_BYTES) {
            return Round.NONE;
        }
        List<String> lines = Files.readAllLines(path);
        try {
            return lines.size() == 3
                    ? new Round(
                            Instant.parse(lines.get(0)),
                            lines.get(1),
                            Boolean.parseBoolean(lines.get(2)))
                    : Round.NONE;
        } catch (DateTimeParseException e) {
            return Round.NONE;
        }
    }

    /** Notes a round. */
    public void write(Round round) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.write(
                fresh,
                List.of(round.began().toString(), round.done(), Boolean.toString(round.finished())),
                CREATE,
                WRITE,
                TRUNCATE_EXISTING);
        Files.move(
                fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
