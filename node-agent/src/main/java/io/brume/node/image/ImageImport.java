package io.brume.node.image;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.HostCommand;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import io.brume.node.image.ImageStore.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One import: brings an image into a folder of its own, which the caller then puts in its place, or
 * deletes. Download and unpacking count for the first half of the progress, conversion for the
 * second.
 */
final class ImageImport {
    /** A disk to convert, and what is known of it. */
    private record Found(
            Path disk,
            DiskFormat format,
            String source,
            Optional<BundleDescription> bundle,
            Optional<BootMode> bootMode) {}

    private static final String FETCHED = "fetched";
    private static final int MAX_OVF_BYTES = 4 * 1024 * 1024;

    private final ImageSettings settings;
    private final Processes processes;
    private final SourcePolicy policy;
    private final QemuImg qemuImg;
    private final Time time;

    ImageImport(ImageSettings settings, Processes processes, QemuImg qemuImg, Time time) {
        this.settings = settings;
        this.processes = processes;
        this.policy = new SourcePolicy(settings.allowedFolders(), settings.localAddresses());
        this.qemuImg = qemuImg;
        this.time = time;
    }

    /**
     * @param target an empty folder: gets the image's files
     * @param scratch an empty folder on the same file system, which the caller deletes
     */
    ImageRecord run(ImageSource source, Path target, Path scratch, Consumer<Integer> progress)
            throws IOException {
        own(scratch);
        Path origin = origin(source, scratch, percent -> progress.accept(percent / 2));
        Found found = find(source, origin, scratch);
        progress.accept(50);
        found.format().check(found.disk());
        Path disk = readable(found.disk(), scratch);
        String name = disk.getFileName().toString();
        var info = qemuImg.info(scratch, name, found.format().qemuName());
        if (info.namesOtherFiles()) {
            throw new IOException("the image names other files: import one that stands alone");
        }
        if (info.virtualSizeBytes() > settings.maxVirtualBytes()) {
            throw new IOException(
                    "the image describes a disk of %d bytes; the most allowed are %d"
                            .formatted(info.virtualSizeBytes(), settings.maxVirtualBytes()));
        }
        // Without a bundle that says it, only the disk tells how it starts.
        if (source.withDisk() || !isDirect(found)) {
            qemuImg.convert(
                    scratch,
                    name,
                    found.format().qemuName(),
                    ImageRecord.DISK,
                    percent -> progress.accept(50 + percent / 2));
        }
        BootMode mode = bootMode(source, found, scratch);
        return finish(source, found, info.virtualSizeBytes(), mode, target, scratch);
    }

    private ImageRecord finish(
            ImageSource source,
            Found found,
            long virtualSize,
            BootMode mode,
            Path target,
            Path scratch)
            throws IOException {
        if (source.withDisk()) {
            take(scratch.resolve(ImageRecord.DISK), target.resolve(ImageRecord.DISK));
        }
        boolean initrd = false;
        String commandLine = "";
        if (mode == BootMode.DIRECT) {
            BundleDescription bundle =
                    found.bundle()
                            .orElseThrow(() -> new IOException("only a bundle brings a kernel"));
            Path folder = requireNonNull(found.disk().toAbsolutePath().getParent());
            copy(folder, bundle.kernel(), target.resolve(ImageRecord.KERNEL));
            initrd = !bundle.initrd().isEmpty();
            if (initrd) {
                copy(folder, bundle.initrd(), target.resolve(ImageRecord.INITRD));
            }
            commandLine = bundle.commandLine();
        }
        return new ImageRecord(
                source.imageId(),
                virtualSize,
                size(target),
                mode,
                found.source(),
                found.bundle().map(BundleDescription::description).orElse(""),
                initrd,
                commandLine);
    }

    private Path origin(ImageSource source, Path scratch, Consumer<Integer> progress)
            throws IOException {
        Path origin =
                source.source().startsWith("s3://")
                        ? linked(source, scratch, progress)
                        : addressed(source, scratch, progress);
        if (!source.sha256().isEmpty()) {
            checkDigest(origin, source.sha256());
        }
        return origin;
    }

    private Path addressed(ImageSource source, Path scratch, Consumer<Integer> progress)
            throws IOException {
        URI uri;
        try {
            uri = new URI(source.source());
        } catch (URISyntaxException e) {
            throw new IOException("not an address: " + e.getReason(), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> policy.file(uri);
            case "http", "https" -> {
                Path fetched = scratch.resolve(FETCHED);
                new Download(policy, settings, time).fetch(uri, fetched, progress);
                yield fetched;
            }
            default ->
                    throw new IOException("images come from file:, http:, https: or s3: addresses");
        };
    }

    /**
     * From a bucket of this cloud, by the first link that works. The control plane made the links:
     * they may lead to this host's own addresses.
     */
    private Path linked(ImageSource source, Path scratch, Consumer<Integer> progress)
            throws IOException {
        var download = new Download(new SourcePolicy(List.of(), true), settings, time);
        var failure =
                new IOException(
                        "nobody serves %s now, or its account has no access key"
                                .formatted(source.source()));
        for (String link : source.links()) {
            try {
                Path origin = scratch.resolve(FETCHED);
                download.fetch(URI.create(link), origin, progress);
                return origin;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failure = new IOException(source.source() + ": " + e.getMessage(), e);
            }
        }
        throw failure;
    }

    private Found find(ImageSource source, Path origin, Path scratch) throws IOException {
        String asked = source.format().toLowerCase(Locale.ROOT);
        if (Files.isDirectory(origin)) {
            if (!asked.isEmpty() && !asked.equals("bundle")) {
                throw new IOException("a folder can only be a bundle, not " + asked);
            }
            return bundle(origin);
        }
        boolean archive = asked.equals("ova") || asked.equals("bundle");
        if (archive || (asked.isEmpty() && TarArchive.is(origin))) {
            return unpacked(origin, scratch, asked);
        }
        DiskFormat format;
        if (asked.isEmpty()) {
            format = DiskFormat.of(origin);
        } else {
            format =
                    DiskFormat.named(asked)
                            .orElseThrow(() -> new IOException("not an image format: " + asked));
        }
        return new Found(origin, format, format.apiName(), Optional.empty(), Optional.empty());
    }

    private Found unpacked(Path archive, Path scratch, String asked) throws IOException {
        Path folder = Files.createDirectory(scratch.resolve("unpacked"));
        own(folder);
        List<String> names = TarArchive.unpack(archive, folder, settings.maxDownloadBytes());
        if (names.contains(BundleDescription.NAME) && !asked.equals("ova")) {
            return bundle(folder);
        }
        String ovf =
                names.stream()
                        .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(".ovf"))
                        .findFirst()
                        .orElseThrow(
                                () -> new IOException("the archive is neither OVA nor bundle"));
        if (Files.size(folder.resolve(ovf)) > MAX_OVF_BYTES) {
            throw new IOException("the OVF file is too long");
        }
        var description = OvfDescription.of(Files.readString(folder.resolve(ovf)));
        if (!names.contains(description.diskFile())) {
            throw new IOException("the OVF file names a disk that the archive does not hold");
        }
        Path disk = folder.resolve(description.diskFile());
        return new Found(
                disk,
                DiskFormat.of(disk),
                "ova",
                Optional.empty(),
                description.uefi() ? Optional.of(BootMode.UEFI) : Optional.empty());
    }

    private static Found bundle(Path folder) throws IOException {
        var description = BundleDescription.read(folder);
        Path disk = inside(folder, description.disk());
        return new Found(
                disk,
                description.diskFormat(),
                "bundle",
                Optional.of(description),
                description.bootMode());
    }

    private BootMode bootMode(ImageSource source, Found found, Path scratch) throws IOException {
        if (isDirect(found)) {
            return BootMode.DIRECT;
        }
        if (!source.bootMode().isEmpty()) {
            BootMode asked = BootMode.named(source.bootMode());
            if (asked == BootMode.DIRECT) {
                throw new IOException("only a bundle can say that its kernel starts directly");
            }
            return asked;
        }
        if (found.bootMode().isPresent()) {
            return found.bootMode().get();
        }
        qemuImg.head(scratch, ImageRecord.DISK, "head.raw");
        return BootMode.of(Files.readAllBytes(scratch.resolve("head.raw")));
    }

    private static boolean isDirect(Found found) {
        return found.bundle().filter(BundleDescription::direct).isPresent();
    }

    // The worker owns nothing outside the scratch folder: what it is to read is put there.
    private Path readable(Path disk, Path scratch) throws IOException {
        Path there = scratch.resolve("source");
        if (disk.startsWith(scratch)) {
            Files.move(disk, there);
        } else {
            long size = Files.size(disk);
            if (size > HostFacts.freeBytes(scratch)) {
                throw new IOException(
                        "the host's disk is too full to import an image of %d bytes"
                                .formatted(size));
            }
            processes
                    .run(
                            HostCommand.of(
                                            "cp",
                                            "--reflink=auto",
                                            "--sparse=auto",
                                            "--",
                                            disk.toString(),
                                            there.toString())
                                    .within(settings.conversionTimeout()))
                    .orThrow();
        }
        own(there);
        return there;
    }

    private void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", settings.worker(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", settings.worker(), LinkOption.NOFOLLOW_LINKS);
    }

    private static void take(Path made, Path to) throws IOException {
        Files.setAttribute(made, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(made, "unix:gid", 0, LinkOption.NOFOLLOW_LINKS);
        Files.move(made, to);
        DurableFiles.sync(to);
    }

    private static Path inside(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("the bundle has no file " + name);
        }
        return file;
    }

    private void copy(Path folder, String name, Path to) throws IOException {
        Path file = inside(folder, name);
        if (Files.size(file) > settings.maxDownloadBytes()) {
            throw new IOException("the bundle's file " + name + " is too large");
        }
        Files.copy(file, to, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(to, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
        DurableFiles.sync(to);
    }

    private static long size(Path folder) throws IOException {
        long size = 0;
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }

    private static void checkDigest(Path file, String expected) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("a sha256 can only be checked of a file");
        }
        try (InputStream in =
                new DigestInputStream(
                        Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            String actual =
                    HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
            if (!actual.equals(expected.toLowerCase(Locale.ROOT))) {
                throw new IOException(
                        "the file's sha256 is %s, not %s".formatted(actual, expected));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
