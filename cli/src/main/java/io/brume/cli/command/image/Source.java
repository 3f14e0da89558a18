package io.brume.cli.command.image;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;

/**
 * What an image is imported from: a URL, a disk file or a bundle on this host. The cloud reads
 * files from one folder alone; what lies elsewhere is copied there first.
 *
 * @param url as the cloud takes it
 * @param facts of a bundle's image.json; none for a plain disk
 */
record Source(String url, Map<String, Object> facts) {
    private static final long MAX_FACTS_BYTES = 64 * 1024;

    /**
     * Finds out what is meant.
     *
     * @param given a URL, or a file's or bundle folder's name
     * @param folder the cloud's folder for imports
     */
    static Source of(String given, Path folder) {
        if (given.matches("(?i)(https?|s3)://.*")) {
            return new Source(given, Map.of());
        }
        Path path =
                Path.of(given.startsWith("file://") ? given.substring("file://".length()) : given);
        try {
            Path real = path.toRealPath();
            if (Files.isDirectory(real) && !Files.isReadable(real.resolve("image.json"))) {
                throw CliException.usage(
                        real + " is a folder without an image.json",
                        "name a disk file, or a bundle that an image builder made");
            }
            Map<String, Object> facts =
                    Files.isDirectory(real) ? facts(real.resolve("image.json")) : Map.of();
            return new Source(inside(real, folder).toUri().toString().replaceAll("/$", ""), facts);
        } catch (IOException e) {
            throw new CliException(
                    "cannot read " + path + ": " + e.getMessage(),
                    "name a file of this host that you may read, or a URL",
                    CliException.GENERAL,
                    e);
        }
    }

    private static Map<String, Object> facts(Path file) throws IOException {
        if (Files.size(file) > MAX_FACTS_BYTES) {
            throw CliException.usage(file + " is larger than an image.json can be", "is it one?");
        }
        try {
            return Json.parseObject(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    file + " cannot be understood: " + e.getMessage(),
                    "build the bundle again",
                    CliException.GENERAL,
                    e);
        }
    }

    private static Path inside(Path source, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            // The cloud is on another host, or belongs to another user: it says itself what it
            // thinks of the path.
            return source;
        }
        if (source.startsWith(folder.toRealPath())) {
            return source;
        }
        Path target = folder.resolve(source.getFileName().toString());
        Files.walkFileTree(source, new Copying(source, target));
        return target;
    }

    Optional<String> fact(String name) {
        return Optional.ofNullable(facts.get(name)).map(Object::toString);
    }

    private static final class Copying extends SimpleFileVisitor<Path> {
        private final Path source;
        private final Path target;

        Copying(Path source, Path target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            Files.createDirectories(target.resolve(source.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.copy(
                    file,
                    source.equals(file)
                            ? target
                            : target.resolve(source.relativize(file).toString()),
                    StandardCopyOption.REPLACE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
        }
    }
}
