package io.brume.cli.command.object;

import static java.util.Objects.requireNonNull;

import io.brume.cli.client.CliException;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.Context;
import io.brume.cli.output.TransferBar;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Moves files and objects, with a bar for each; memory does not grow with their length. */
final class Transfers {
    private static final int BUFFER = 128 << 10;
    private static final String UNFINISHED = ".brume-part";

    private final ObjectStore store;
    private final Context context;
    private final Consumer<String> tell;

    /**
     * @param tell says what was done, a line each
     */
    Transfers(ObjectStore store, Context context, Consumer<String> tell) {
        this.store = requireNonNull(store);
        this.context = requireNonNull(context);
        this.tell = requireNonNull(tell);
    }

    private TransferBar bar(String name, long total) {
        return new TransferBar(context.terminal(), context.time(), name, total);
    }

    void upload(Path file, S3Url url) {
        try {
            long length = Files.size(file);
            var bar = bar(file.toString(), length);
            try {
                if (length > PartedUpload.FROM_BYTES) {
                    new PartedUpload(store, url, file, length, bar).run(type(file));
                } else {
                    store.put(url, file, length, type(file), bar::moved);
                }
            } finally {
                bar.end();
            }
            tell.accept("copied " + file + " to " + url);
        } catch (IOException e) {
            throw CopyObjects.broken(file, e);
        }
    }

    private static String type(Path file) {
        return Optional.ofNullable(URLConnection.guessContentTypeFromName(file.toString()))
                .orElse("binary/octet-stream");
    }

    void uploadAll(Path folder, S3Url url) {
        var prefix = url.key().isEmpty() || url.key().endsWith("/") ? url.key() : url.key() + "/";
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw CopyObjects.broken(folder, e);
        }
        for (var file : files) {
            var key = folder.relativize(file).toString().replace('\\', '/');
            upload(file, url.with(prefix + key));
        }
        tell.accept(files.size() + (files.size() == 1 ? " file" : " files"));
    }

    void download(S3Url url, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            // Under the name that is asked for there is all of it, or what was there before.
            var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
            try {
                fetch(url, unfinished);
                Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            tell.accept("copied " + url + " to " + file);
        } catch (IOException e) {
            throw CopyObjects.broken(file, e);
        }
    }

    private void fetch(S3Url url, Path file) throws IOException {
        var content = store.get(url);
        var bar = bar(url.toString(), content.length());
        try (InputStream in = content.stream();
                var out = Files.newOutputStream(file)) {
            var buffer = new byte[BUFFER];
            long got = 0;
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                bar.moved(count);
                got += count;
            }
            if (content.length() >= 0 && got != content.length()) {
                throw new IOException("the download broke off after " + got + " bytes");
            }
        } finally {
            bar.end();
        }
    }

    void downloadAll(S3Url url, Path folder) {
        var root = folder.toAbsolutePath().normalize();
        each(
                url,
                key -> {
                    var file = root.resolve(below(url, key)).normalize();
                    // A key may read ../../etc/passwd.
                    if (!file.startsWith(root) || file.equals(root)) {
                        throw CliException.general(
                                url.with(key) + " would be written outside of " + folder,
                                "copy it by its name: brume object cp " + url.with(key) + " FILE");
                    }
                    if (!key.endsWith("/")) {
                        download(url.with(key), file);
                    }
                });
    }

    void copy(S3Url from, S3Url to) {
        store.copy(from, to);
        tell.accept("copied " + from + " to " + to);
    }

    void copyAll(S3Url from, S3Url to) {
        var prefix = to.key().isEmpty() || to.key().endsWith("/") ? to.key() : to.key() + "/";
        each(from, key -> copy(from.with(key), to.with(prefix + below(from, key))));
    }

    private void each(S3Url url, Consumer<String> work) {
        store.list(url, true, page -> page.items().forEach(item -> work.accept(item.key())));
    }

    /** What of a key comes after the last slash of the prefix that was asked for. */
    private static String below(S3Url prefix, String key) {
        return key.substring(prefix.key().lastIndexOf('/') + 1);
    }
}
