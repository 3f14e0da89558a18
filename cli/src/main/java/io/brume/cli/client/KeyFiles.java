package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The private keys that this program keeps for its user, readable by nobody else. */
public final class KeyFiles {
    private final Path folder;

    public KeyFiles(Path folder) {
        this.folder = requireNonNull(folder);
    }

    /** Where a key pair's private half is, if this program made it. */
    public Optional<Path> find(String keyName) {
        Path file = file(keyName, "pem");
        return Files.isReadable(file) ? Optional.of(file) : Optional.empty();
    }

    /**
     * Keeps a private key; one of the same name, which belonged to a key pair that is gone, is put
     * aside.
     *
     * @param format pem or ppk
     */
    public Path save(String keyName, String format, String material) {
        Path file = file(keyName, format);
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            if (Files.exists(file)) {
                Files.move(
                        file,
                        file.resolveSibling(file.getFileName() + ".old"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(
                    file,
                    // OpenSSH does not take a key whose last line does not end.
                    (material.endsWith("\n") ? material : material + "\n")
                            .getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.TRUNCATE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new CliException(
                    "the private key could not be kept in " + file + ": " + e.getMessage(),
                    "make the folder writable, delete the key pair and create it again",
                    CliException.GENERAL,
                    e);
        }
    }

    /** Forgets a key pair's private half. */
    public void delete(String keyName) {
        try {
            Files.deleteIfExists(file(keyName, "pem"));
            Files.deleteIfExists(file(keyName, "ppk"));
        } catch (IOException e) {
            throw new CliException(
                    "the private key of " + keyName + " could not be removed: " + e.getMessage(),
                    "remove it from " + folder,
                    CliException.GENERAL,
                    e);
        }
    }

    private Path file(String keyName, String extension) {
        // A key pair's name may hold any character; a file's name may not.
        String safe = keyName.replaceAll("[^A-Za-z0-9._@+-]", "_");
        return folder.resolve((safe.startsWith(".") ? "_" + safe : safe) + "." + extension);
    }
}
