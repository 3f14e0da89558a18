package io.brume.control.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Secret;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.SealedSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets at rest: AES-256-GCM, a random nonce each, bound to what they belong to, so that a
 * sealed secret moved to another row does not open. Thread-safe.
 */
public final class MasterKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    MasterKey(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("a master key has 32 bytes");
        }
        key = new SecretKeySpec(bytes, "AES");
    }

    /** A key that ends with the program: for tests and simulations. */
    public static MasterKey random() {
        return new MasterKey(randomBytes());
    }

    /**
     * The key in a file, which is made, readable for its owner alone, if it does not exist.
     *
     * @throws IOException if the file cannot be read or made, or is no key
     */
    public static MasterKey loadOrCreate(Path file) throws IOException {
        requireNonNull(file);
        if (!Files.exists(file)) {
            create(file);
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length != KEY_BYTES) {
            throw new IOException(
                    file + " is not a master key: it has " + bytes.length + " bytes, not 32");
        }
        return new MasterKey(bytes);
    }

    /** Complete or not there: a crash in between must not leave half a key. */
    private static void create(Path file) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(half);
        var ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel =
                FileChannel.open(
                        half,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly)) {
            channel.write(ByteBuffer.wrap(randomBytes()));
            channel.force(true);
        }
        try {
            Files.createLink(file, half);
        } catch (FileAlreadyExistsException e) {
            // Another program made it first: that one counts.
            return;
        } finally {
            Files.deleteIfExists(half);
        }
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Encrypts the secret of an access key. */
    public SealedSecret seal(AccessKeyId id, Secret secret) {
        return new SealedSecret(
                Base64.getEncoder()
                        .encodeToString(seal(id.value(), secret.reveal().getBytes(UTF_8))));
    }

    /**
     * Decrypts the secret of an access key.
     *
     * @throws IllegalStateException if it was sealed with another master key, or changed
     */
    public Secret open(AccessKeyId id, SealedSecret sealed) {
        return Secret.of(
                new String(open(id.value(), Base64.getDecoder().decode(sealed.base64())), UTF_8));
    }

    /**
     * Encrypts anything.
     *
     * @param owner what it belongs to, which has to be named again to open it
     */
    public byte[] seal(String owner, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, owner, nonce, plain);
        return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    }

    /**
     * Decrypts what {@link #seal(String, byte[])} gave.
     *
     * @throws IllegalStateException if it was sealed with another master key or for another owner,
     *     or changed
     */
    public byte[] open(String owner, byte[] sealed) {
        ByteBuffer both = ByteBuffer.wrap(sealed);
        byte[] nonce = new byte[NONCE_BYTES];
        both.get(nonce);
        byte[] text = new byte[both.remaining()];
        both.get(text);
        return run(Cipher.DECRYPT_MODE, owner, nonce, text);
    }

    /** A secret of its own for each purpose, the same at every start. */
    public byte[] derive(byte[] purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
            return mac.doFinal(purpose);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private byte[] run(int mode, String owner, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(owner.getBytes(UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "what belongs to " + owner + " does not open with this master key", e);
        }
    }
}
