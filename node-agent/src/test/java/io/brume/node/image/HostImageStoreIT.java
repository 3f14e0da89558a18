package io.brume.node.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.brume.common.time.Time;
import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import io.brume.node.image.ImageStore.ImageSource;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.instance.GuestSpec.Boot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real qemu-img. */
class HostImageStoreIT {
    private static final String ID = "ami-0123456789abcdef0";
    private static final int SIZE = 4 << 20;

    @TempDir private Path folder;
    private final Processes processes = Processes.system();
    private Path sources;
    private Path raw;
    private ImageSettings settings;
    private HostImageStore store;

    @BeforeEach
    void open() throws IOException {
        sources = Files.createDirectory(folder.resolve("sources"));
        raw = sources.resolve("disk.raw");
        byte[] content = new byte[SIZE];
        content[510] = 0x55;
        content[511] = (byte) 0xaa;
        for (int i = 1 << 20; i < 2 << 20; i++) {
            content[i] = (byte) i;
        }
        Files.write(raw, content);
        settings = settings(64 << 20);
        store = new HostImageStore(settings, processes, Time.system());
    }

    private ImageSettings settings(long maxDownload) {
        return new ImageSettings(
                folder.resolve("store"),
                List.of(sources),
                true,
                maxDownload,
                1L << 30,
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                1_879_048_191);
    }

    private void run(String... command) throws IOException {
        processes.run(HostCommand.of(command).in(sources)).orThrow();
    }

    private StoredImage bring(Path source, String format) throws IOException {
        return bring(source.toUri().toString(), format, "");
    }

    private StoredImage bring(String source, String format, String sha256) throws IOException {
        return store.importImage(
                new ImageSource(ID, source, format, sha256, "", true), percent -> {});
    }

    private StoredImage bringLinked(String... links) throws IOException {
        return store.importImage(
                new ImageSource(ID, "s3://b/k", "", "", "uefi", true, List.of(links)),
                percent -> {});
    }

    private void assertHolds(StoredImage image) throws IOException {
        assertThat(image.virtualSizeBytes()).isEqualTo(SIZE);
        assertThat(image.bootMode()).isEqualTo("bios");
        assertThat(image.kernel()).isEmpty();
        assertThat(store.images()).containsOnlyKeys(ID);
        Path disk = image.disk().orElseThrow();
        Path back = folder.resolve("back.raw");
        run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", disk.toString(), back.toString());
        assertThat(Files.readAllBytes(back)).isEqualTo(Files.readAllBytes(raw));
        store.delete(ID);
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        for (String part : List.of("images", "importing")) {
            try (var left = Files.list(settings.root().resolve(part))) {
                assertThat(left).as(part).isEmpty();
            }
        }
        assertThat(store.images()).isEmpty();
    }

    @Test
    void everyFormatIsFoundOutAndConverted() throws IOException {
        assertHolds(bring(raw, ""));
        for (var format :
                List.of(
                        List.of("qcow2", "qcow2", "compat=0.10"),
                        List.of("vmdk", "vmdk", "subformat=streamOptimized"),
                        List.of("vmdk", "vmdk", "subformat=monolithicSparse"),
                        List.of("vpc", "vhd", "subformat=dynamic,force_size=on"),
                        List.of("vpc", "vhd", "subformat=fixed,force_size=on"),
                        List.of("vhdx", "vhdx", "subformat=dynamic"))) {
            Path file = sources.resolve("image." + format.get(0));
            run(
                    "qemu-img",
                    "convert",
                    "-f",
                    "raw",
                    "-O",
                    format.get(0),
                    "-o",
                    format.get(2),
                    "disk.raw",
                    file.toString());
            StoredImage image = bring(file, "");
            assertThat(image.format()).isEqualTo(format.get(1));
            assertHolds(image);
            bring(file, format.get(1));
            store.delete(ID);
        }
    }

    @Test
    void ova() throws IOException {
        run(
                "qemu-img",
                "convert",
                "-f",
                "raw",
                "-O",
                "vmdk",
                "-o",
                "subformat=streamOptimized",
                "disk.raw",
                "m-disk1.vmdk");
        Files.writeString(
                sources.resolve("m.ovf"),
                "<Envelope><References><File href=\"m-disk1.vmdk\" id=\"f\"/></References>"
                        + "<DiskSection><Disk fileRef=\"f\"/></DiskSection></Envelope>");
        run("tar", "--format=ustar", "-cf", "m.ova", "m.ovf", "m-disk1.vmdk");
        StoredImage image = bring(sources.resolve("m.ova"), "");
        assertThat(image.format()).isEqualTo("ova");
        assertHolds(image);
    }

    private Path bundle() throws IOException {
        Path bundle = Files.createDirectories(sources.resolve("bundle"));
        run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "disk.raw", "bundle/disk.qcow2");
        Files.writeString(bundle.resolve("kernel"), "the kernel");
        Files.writeString(bundle.resolve("initrd"), "the initrd");
        Files.writeString(
                bundle.resolve("image.json"),
                "{\"boot\": \"direct\", \"disk\": \"disk.qcow2\", \"kernel\": \"kernel\","
                        + " \"initrd\": \"initrd\", \"commandLine\": \"console=ttyS0\","
                        + " \"description\": \"small\"}");
        return bundle;
    }

    @Test
    void bundleAsFolderAndAsArchive() throws IOException {
        Path bundle = bundle();
        run("tar", "-cf", "bundle.tar", "-C", "bundle", ".");
        for (Path source : List.of(bundle, sources.resolve("bundle.tar"))) {
            StoredImage image = bring(source, "");
            assertThat(image.bootMode()).isEqualTo("direct");
            assertThat(image.description()).isEqualTo("small");
            Boot.Direct boot = image.kernel().orElseThrow();
            assertThat(Files.readString(boot.kernel())).isEqualTo("the kernel");
            assertThat(Files.readString(boot.initrd())).isEqualTo("the initrd");
            assertThat(boot.commandLine()).isEqualTo("console=ttyS0");
            store.delete(ID);
            assertNothingLeft();
        }
    }

    @Test
    void onlyWhatADirectBootNeedsStays() throws IOException {
        var kernelOnly = new ImageSource(ID, bundle().toUri().toString(), "bundle", "", "", false);
        StoredImage image = store.importImage(kernelOnly, percent -> {});
        assertThat(image.disk()).isEmpty();
        assertThat(image.virtualSizeBytes()).isEqualTo(SIZE);
        assertThat(files()).containsExactlyInAnyOrder("kernel", "initrd", "stored.json");
        assertThat(bring(sources.resolve("bundle"), "").disk()).isPresent();
        store.dropDisk(ID);
        store.dropDisk(ID);
        assertThat(files()).containsExactlyInAnyOrder("kernel", "initrd", "stored.json");
        store = new HostImageStore(settings, processes, Time.system());
        assertThat(store.images().values()).containsExactly(store.importImage(kernelOnly, x -> {}));
        store.delete(ID);
        assertNothingLeft();
        store.importImage(
                new ImageSource(ID, raw.toUri().toString(), "", "", "", false), percent -> {});
        assertThat(files()).containsExactly("stored.json");
        assertThat(store.images().values())
                .extracting(StoredImage::bootMode)
                .containsExactly("bios");
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(settings.root().resolve("images").resolve(ID))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void whatIsNotRightIsRefusedAndLeavesNothing() throws Exception {
        run("qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", "disk.raw", "overlay.qcow2");
        run("qemu-img", "create", "-f", "qcow2", "-o", "data_file=d.raw", "split.qcow2", "1M");
        run("qemu-img", "create", "-f", "qcow2", "huge.qcow2", "2T");
        assertRefused(sources.resolve("overlay.qcow2"), "", "backing file");
        assertRefused(sources.resolve("split.qcow2"), "", "another file");
        assertRefused(sources.resolve("huge.qcow2"), "", "most allowed");
        assertRefused(raw, "qcow2", "not a qcow2");
        assertRefused(raw, "ova", "archive");
        assertRefused(raw, "iso", "not an image format");
        assertRefused(Path.of("/etc/passwd"), "raw", "folders that images may come from");
        assertRefused(sources.resolve("absent"), "raw", "there is no file");
        assertThatThrownBy(() -> bring(raw.toUri().toString(), "", "00"))
                .hasMessageContaining("sha256");
        assertThatThrownBy(() -> bring("ftp://192.0.2.1/x", "", ""))
                .hasMessageContaining("file:, http:, https: or s3:");
        assertNothingLeft();
        String digest =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(Files.readAllBytes(raw)));
        bring(raw.toUri().toString(), "", digest);
    }

    private void assertRefused(Path source, String format, String reason) {
        assertThatThrownBy(() -> bring(source, format))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void webSources() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] content = Files.readAllBytes(raw);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        switch (exchange.getRequestURI().getPath()) {
                            case "/disk" -> {
                                exchange.sendResponseHeaders(200, content.length);
                                exchange.getResponseBody().write(content);
                            }
                            case "/there" -> {
                                exchange.getResponseHeaders().set("Location", "/disk");
                                exchange.sendResponseHeaders(302, -1);
                            }
                            case "/round" -> {
                                exchange.getResponseHeaders().set("Location", "/round");
                                exchange.sendResponseHeaders(302, -1);
                            }
                            case "/file" -> {
                                exchange.getResponseHeaders().set("Location", "file:///etc/passwd");
                                exchange.sendResponseHeaders(302, -1);
                            }
                            case "/short" -> {
                                exchange.sendResponseHeaders(200, content.length);
                                exchange.getResponseBody().write("x".getBytes(UTF_8));
                            }
                            default -> exchange.sendResponseHeaders(404, -1);
                        }
                    }
                });
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            var told = new ArrayList<Integer>();
            store.importImage(
                    new ImageSource(ID, base + "/there", "", "", "uefi", true), told::add);
            assertThat(told).isSorted().endsWith(100).contains(50);
            assertThat(store.images().values())
                    .extracting(StoredImage::bootMode)
                    .containsExactly("uefi");
            store.delete(ID);
            for (String path : List.of("/absent", "/round", "/file", "/short")) {
                assertThatThrownBy(() -> bring(base + path, "", ""))
                        .as(path)
                        .isInstanceOf(IOException.class);
            }
            bringLinked(base + "/absent", base + "/disk");
            store.delete(ID);
            assertThatThrownBy(() -> bringLinked()).hasMessageContaining("nobody serves s3://b/k");
            assertThatThrownBy(() -> bringLinked(base + "/absent"))
                    .hasMessageContaining("s3://b/k")
                    .hasMessageContaining("404");
            store = new HostImageStore(settings(1 << 20), processes, Time.system());
            assertThatThrownBy(() -> bring(base + "/disk", "", ""))
                    .hasMessageContaining("larger than");
            assertNothingLeft();
        } finally {
            server.stop(0);
        }
    }
}
