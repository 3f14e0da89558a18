package io.brume.cli.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Pem;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;

/**
 * A folder of certificates as clients that use GnuTLS look for it, libnbd and QEMU among them: one
 * that nobody but its owner can open.
 */
public final class CertificateFolder {
    private static final String AUTHORITIES = "ca-cert.pem";
    private static final String CLIENT = "client-cert.pem";
    private static final String KEY = "client-key.pem";

    private final Path folder;

    /** Nothing is there yet. */
    public CertificateFolder(Path folder) {
        this.folder = requireNonNull(folder).toAbsolutePath();
    }

    public Path path() {
        return folder;
    }

    /** Makes the folder with the client's half, in place of what was left there by another. */
    public void make(KeyPair keys, Servings.Certified certified) {
        try {
            delete();
            Files.createDirectories(requireNonNull(folder.getParent()));
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            write(KEY, Pem.privateKey(keys));
            write(CLIENT, Pem.certificate(certified.client()));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * Says whom the client believes.
     *
     * @param client that signed the client's own certificate: QEMU refuses one that it does not
     *     find the authority of
     */
    public void believe(X509Certificate server, X509Certificate client) {
        try {
            write(AUTHORITIES, Pem.certificate(server) + Pem.certificate(client));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Whole or not at all, and for its owner alone. */
    private void write(String name, String text) throws IOException {
        Path fresh = folder.resolve(name + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(
                fresh,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text, US_ASCII);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what this program has made there. */
    public void remove() {
        try {
            delete();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void delete() throws IOException {
        for (String name : new String[] {KEY, CLIENT, AUTHORITIES}) {
            Files.deleteIfExists(folder.resolve(name));
            Files.deleteIfExists(folder.resolve(name + ".new"));
        }
        Files.deleteIfExists(folder);
    }

    /** How libnbd finds a volume, and this folder. */
    public String uri(String address, String volumeId) {
        String encoded =
                URLEncoder.encode(folder.toString(), UTF_8).replace("+", "%20").replace("%2F", "/");
        return "nbds://%s/%s?tls-certificates=%s".formatted(address, volumeId, encoded);
    }

    private CliException unusable(IOException e) {
        return new CliException(
                "the certificates cannot be kept in " + folder + ": " + e.getMessage(),
                "make the folder writable, and remove what is not brume's from it",
                CliException.GENERAL,
                e);
    }
}
