package io.brume.cli.cloud;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A program that reads and writes snapshots by blocks with boto3, as backup programs do. */
final class BlockProgram {
    private BlockProgram() {}

    /** What it prints. */
    static String run(Cloud cloud, String... arguments) throws IOException {
        Path script = Files.createTempFile("brume-blocks", ".py");
        try (var source = requireNonNull(BlockProgram.class.getResourceAsStream("blocks.py"))) {
            Files.write(script, source.readAllBytes());
            var command = new ArrayList<>(List.of("python3", script.toString()));
            command.addAll(List.of(arguments));
            return Command.run(cloud.environment(), Duration.ofMinutes(4), command).ok().strip();
        } finally {
            Files.delete(script);
        }
    }
}
