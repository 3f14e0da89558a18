package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectSetting;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** How a version is encrypted, as it is kept with it. Immutable. */
sealed interface Encryption {
    /** By a key of the server's, of the account that owns the bucket (SSE-S3). */
    record ByServer() implements Encryption {
        private static final String TEXT = "AES256";

        @Override
        public String text() {
            return TEXT;
        }
    }

    /**
     * By a key that the client keeps (SSE-C).
     *
     * @param print tells with the salt whether a key is the one
     */
    record ByCustomer(byte[] salt, byte[] print) implements Encryption {
        private static final String START = "SSE-C ";
        private static final int SALT_BYTES = 16;

        public ByCustomer {
            requireNonNull(salt);
            requireNonNull(print);
        }

        static ByCustomer of(ContentKey key) {
            var salt = key.randomBytes(SALT_BYTES);
            return new ByCustomer(salt, key.print(salt));
        }

        boolean isBy(ContentKey key) {
            return MessageDigest.isEqual(print, key.print(salt));
        }

        @Override
        public String text() {
            var encoder = Base64.getEncoder();
            return START + encoder.encodeToString(salt) + " " + encoder.encodeToString(print);
        }
    }

    /**
     * By a data key that is wrapped by a KMS key (SSE-KMS).
     *
     * @param keyArn of the KMS key
     * @param bucketKey whether it is wrapped by a key of the bucket, derived from the KMS key
     * @param wrapped the data key
     * @param context what the client bound it to besides
     */
    record ByKms(String keyArn, boolean bucketKey, byte[] wrapped, EncryptionContext context)
            implements Encryption {
        private static final String START = "aws:kms ";
        private static final String OF_BUCKET = "bucket";
        private static final String OF_OBJECT = "object";

        public ByKms {
            requireNonNull(keyArn);
            requireNonNull(wrapped);
            requireNonNull(context);
        }

        private static ByKms parse(String[] words) {
            return new ByKms(
                    words[1],
                    words[2].equals(OF_BUCKET),
                    Base64.getDecoder().decode(words[3]),
                    words[4].isEmpty()
                            ? EncryptionContext.NONE
                            : EncryptionContext.parse(words[4]));
        }

        @Override
        public String text() {
            return START
                    + String.join(
                            " ",
                            keyArn,
                            bucketKey ? OF_BUCKET : OF_OBJECT,
                            Base64.getEncoder().encodeToString(wrapped),
                            context.isEmpty() ? "" : context.base64());
        }
    }

    /** What is kept: {@link ObjectSetting#ENCRYPTION}. */
    String text();

    /** Empty for what is not encrypted. */
    static Optional<Encryption> of(Map<ObjectSetting, String> settings) {
        return Optional.ofNullable(settings.get(ObjectSetting.ENCRYPTION)).map(Encryption::parse);
    }

    private static Encryption parse(String text) {
        if (text.equals(ByServer.TEXT)) {
            return new ByServer();
        }
        var words = text.split(" ", -1);
        if (text.startsWith(ByKms.START) && words.length == 5) {
            return ByKms.parse(words);
        }
        if (!text.startsWith(ByCustomer.START) || words.length != 3) {
            throw new IllegalStateException("an encryption that is not known: " + text);
        }
        var decoder = Base64.getDecoder();
        return new ByCustomer(decoder.decode(words[1]), decoder.decode(words[2]));
    }
}
