package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One-time tokens that let a host join. A token reads {@code brume1.AUTHORITY.SECRET}: the
 * fingerprint of the cloud's certificate authority, so that the host knows whom it joins, and 256
 * random bits. Thread-safe.
 *
 * <p>A token is used up by the first key that is certified with it. The same key may ask again
 * until the token expires, and becomes the same node: a host that died before it heard the answer
 * can finish its joining.
 */
public final class JoinTokens {
    private static final String VERSION = "brume1";
    private static final int SECRET_BYTES = 32;
    private static final int MAX_TOKEN_CHARACTERS = 256;

    private final JoinTokenStore store;
    private final String authority;
    private final Time time;
    private final SecureRandom random = new SecureRandom();

    /**
     * Tokens of the cloud of one authority.
     *
     * @param authority the fingerprint of the certificate authority
     */
    public JoinTokens(JoinTokenStore store, String authority, Time time) {
        this.store = requireNonNull(store);
        this.authority = requireNonNull(authority);
        this.time = requireNonNull(time);
    }

    /** A new token. It is in no store and no log: whoever loses it makes another. */
    public String create(Duration life) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        store.add(
                new JoinTokenStore.JoinToken(
                        digest(text.getBytes(StandardCharsets.US_ASCII)),
                        time.now().plus(life),
                        Optional.empty()),
                time.now());
        return VERSION + "." + authority + "." + text;
    }

    /**
     * Uses a token.
     *
     * @param key the key that is to be certified
     * @param candidate the node's id when the token was not used yet
     * @return the node that the key belongs to; empty when the token is unknown, expired, of
     *     another cloud or used by another key
     */
    public Optional<NodeId> redeem(String token, PublicKey key, NodeId candidate) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > MAX_TOKEN_CHARACTERS
                || parts.length != 3
                || !parts[0].equals(VERSION)
                || !same(parts[1], authority)) {
            return Optional.empty();
        }
        String keyDigest = digest(key.getEncoded());
        return store.use(
                        digest(parts[2].getBytes(StandardCharsets.UTF_8)),
                        new JoinTokenStore.Use(keyDigest, candidate),
                        time.now())
                .filter(use -> same(use.keyDigest(), keyDigest))
                .map(JoinTokenStore.Use::node);
    }

    /** Takes as long whatever the texts are. */
    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
