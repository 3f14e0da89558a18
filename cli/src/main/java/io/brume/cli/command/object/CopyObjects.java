package io.brume.cli.command.object;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cp",
        description = "Copies files into buckets, objects into files, or objects within the cloud.",
        footer = {
            "  brume object cp cat.jpg s3://photos/",
            "  brume object cp s3://photos/cat.jpg .",
            "  brume object cp -r ./2026 s3://photos/2026/"
        })
final class CopyObjects extends CloudCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "a whole folder, or all whose keys begin so")
    private boolean recursive;

    @Parameters(index = "0", paramLabel = "FROM", description = "a file, or s3://BUCKET/KEY")
    private String from = "";

    @Parameters(
            index = "1",
            paramLabel = "TO",
            description = "a file or folder, or s3://BUCKET/KEY; a name is added after a slash")
    private String to = "";

    CopyObjects(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var transfers = new Transfers(new ObjectStore(cloud), context(), this::tell);
        var source = S3Url.find(from);
        var target = S3Url.find(to);
        if (source.isPresent() && target.isPresent()) {
            within(transfers, source.get(), target.get());
        } else if (source.isPresent()) {
            down(transfers, source.get(), Path.of(to));
        } else if (target.isPresent()) {
            up(transfers, Path.of(from), target.get());
        } else {
            throw CliException.usage(
                    "neither " + from + " nor " + to + " is in the object store",
                    "write one of them as s3://BUCKET/KEY");
        }
        return 0;
    }

    private void up(Transfers transfers, Path file, S3Url url) {
        if (recursive) {
            transfers.uploadAll(demandFolder(file), url);
        } else {
            if (!Files.isRegularFile(file)) {
                throw CliException.usage(
                        Files.isDirectory(file)
                                ? file + " is a folder"
                                : "there is no file " + file,
                        Files.isDirectory(file) ? "copy all of it with -r" : "see: ls");
            }
            var name = Optional.ofNullable(file.getFileName()).orElse(file).toString();
            boolean below = url.key().isEmpty() || url.key().endsWith("/");
            transfers.upload(file, below ? url.with(url.key() + name) : url);
        }
    }

    private static Path demandFolder(Path file) {
        if (!Files.isDirectory(file)) {
            throw CliException.usage(file + " is not a folder", "copy one file without -r");
        }
        return file;
    }

    private void down(Transfers transfers, S3Url url, Path file) {
        if (recursive) {
            transfers.downloadAll(url, file);
        } else {
            demandObject(url);
            boolean folder = Files.isDirectory(file) || to.endsWith("/");
            transfers.download(url, folder ? file.resolve(url.name()) : file);
        }
    }

    private void within(Transfers transfers, S3Url url, S3Url other) {
        if (recursive) {
            transfers.copyAll(url, other);
        } else {
            demandObject(url);
            boolean below = other.key().isEmpty() || other.key().endsWith("/");
            transfers.copy(url, below ? other.with(other.key() + url.name()) : other);
        }
    }

    private static void demandObject(S3Url url) {
        if (url.key().isEmpty() || url.key().endsWith("/")) {
            throw CliException.usage(url + " names no object", "all below it: copy with -r");
        }
    }

    /** What went wrong with a file, for a person. */
    static CliException broken(Path file, IOException e) {
        return new CliException(
                file + ": " + Optional.ofNullable(e.getMessage()).orElse(e.toString()),
                "may it be read and written, and is there space?",
                CliException.GENERAL,
                e);
    }
}
