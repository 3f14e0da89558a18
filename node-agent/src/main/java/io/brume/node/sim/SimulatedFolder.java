package io.brume.node.sim;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Small texts by name: in a folder, where they outlive the process, or nowhere. Each is replaced in
 * one step, so that a kill at any moment leaves the old one or the new one.
 */
final class SimulatedFolder {
    private final Optional<Path> folder;

    SimulatedFolder(Optional<Path> state, String name) {
        folder = state.map(root -> root.resolve(name));
        try {
            if (folder.isPresent()) {
                Files.createDirectories(folder.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> all() {
        Map<String, String> texts = new TreeMap<>();
        if (folder.isEmpty()) {
            return texts;
        }
        try (Stream<Path> files = Files.list(folder.get())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".new") && !name.endsWith(".log")) {
                    texts.put(name, Files.readString(file));
                }
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void put(String name, String text) {
        if (folder.isEmpty()) {
            return;
        }
        try {
            Path fresh = folder.get().resolve(name + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, folder.get().resolve(name), ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) {
        if (folder.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(folder.get().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes for a test what happened, one line each. */
    void log(String name, String line) {
        if (folder.isEmpty()) {
            return;
        }
        try {
            Files.writeString(
                    folder.get().resolve(name + ".log"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
