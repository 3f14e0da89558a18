package io.brume.common.tls;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An identity in a folder: {@code identity.pem} (private key and chain) and, until it is certified,
 * {@code request.pem} (the key pair that a certificate is being asked for). Both are readable by
 * their owner alone, written whole or not at all, and on disk when a method returns. One owner at a
 * time.
 */
public final class IdentityFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)-----END \\1-----");
    private static final int MAX_BYTES = 65_536;

    private record Block(String type, byte[] der) {}

    private final Path folder;

    /**
     * Keeps an identity in a folder.
     *
     * @param folder made when needed
     */
    public IdentityFiles(Path folder) {
        this.folder = requireNonNull(folder);
    }

    /**
     * The identity, if there is one.
     *
     * @throws IOException when it is there and cannot be read
     */
    public Optional<Identity> load() throws IOException {
        Path file = folder.resolve("identity.pem");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            List<byte[]> chain = new ArrayList<>();
            Optional<PrivateKey> key = Optional.empty();
            for (Block block : read(file)) {
                if (block.type().equals("PRIVATE KEY")) {
                    key = Optional.of(Keys.parsePrivate(block.der()));
                } else {
                    chain.add(block.der());
                }
            }
            return Optional.of(
                    new Identity(
                            key.orElseThrow(() -> new IOException(file + " has no private key")),
                            Certificates.parseChain(chain)));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    /** Keeps an identity, in place of the one before, and forgets the key pair it was asked for. */
    public void save(Identity identity) throws IOException {
        var text = new StringBuilder();
        text.append(Pem.block("PRIVATE KEY", identity.key().getEncoded()));
        for (X509Certificate certificate : identity.chain()) {
            text.append(Pem.certificate(certificate));
        }
        write(folder.resolve("identity.pem"), text.toString());
        Files.deleteIfExists(folder.resolve("request.pem"));
    }

    /**
     * The key pair to ask a certificate for: the same one until {@link #save}, so that an asker
     * that died before it heard the answer asks for the same again.
     */
    public KeyPair requestKeys() throws IOException {
        Path file = folder.resolve("request.pem");
        if (Files.exists(file)) {
            List<Block> blocks = read(file);
            try {
                if (blocks.size() == 2) {
                    PublicKey open =
                            KeyFactory.getInstance("EC")
                                    .generatePublic(new X509EncodedKeySpec(blocks.get(1).der()));
                    return new KeyPair(open, Keys.parsePrivate(blocks.getFirst().der()));
                }
            } catch (GeneralSecurityException e) {
                throw new IOException(file + " is damaged", e);
            }
            throw new IOException(file + " is damaged");
        }
        KeyPair keys = Keys.generate();
        write(
                file,
                Pem.block("PRIVATE KEY", keys.getPrivate().getEncoded())
                        + Pem.block("PUBLIC KEY", keys.getPublic().getEncoded()));
        return keys;
    }

    private static List<Block> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        while (matcher.find()) {
            blocks.add(
                    new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
        }
        return blocks;
    }

    private void write(Path file, String text) throws IOException {
        Files.createDirectories(folder);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(fresh, Set.of(CREATE_NEW, WRITE), onlyOwner)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }
}
