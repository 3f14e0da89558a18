package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.archive.KeptContent;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Decides how a content is encrypted and by which key it is read, by its request's headers and its
 * bucket's configuration. Thread-safe.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html">protecting
 * data with server-side encryption</a>.
 */
public final class Encryptions {
    private static final String AMZ = "x-amz-";
    private static final String HEADER = "x-amz-server-side-encryption";
    private static final String SERVERS = "AES256";
    private static final String KMS = "aws:kms";
    private static final int MD5_BYTES = 16;
    private static final int REMEMBERED = 256;

    private final AccountKeys keys;
    private final KmsKeys kms;
    private final RandomGenerator random;

    /** By their documents. */
    private final Map<String, BucketDefault> defaults = new ConcurrentHashMap<>();

    public Encryptions(AccountKeys keys, RandomGenerator random) {
        this.keys = requireNonNull(keys);
        this.kms = new KmsKeys(keys, random);
        this.random = requireNonNull(random);
    }

    /**
     * How a new content is kept.
     *
     * @param key empty = as it is
     * @param setting what is kept with its version
     * @param headers of the answer
     */
    public record Plan(
            Optional<ContentKey> key,
            Map<ObjectSetting, String> setting,
            Map<String, String> headers) {
        private static final Plan PLAIN = new Plan(Optional.empty(), Map.of(), Map.of());

        public Plan {
            requireNonNull(key);
            setting = Map.copyOf(setting);
            headers = Map.copyOf(headers);
        }

        /** Begins to store bytes. */
        public ContentWriter write(
                ObjectData data, BlobClaim claim, long expected, StorageClass storageClass)
                throws IOException {
            if (key.isEmpty()) {
                return KeptContent.write(data, claim, expected, storageClass);
            }
            return new EncryptingWriter(
                    key.get(),
                    KeptContent.write(
                            data,
                            claim,
                            expected < 0 ? expected : Span.kept(expected),
                            storageClass));
        }

        /** What is kept with a version that has these settings besides. */
        public Map<ObjectSetting, String> with(Map<ObjectSetting, String> others) {
            if (setting.isEmpty()) {
                return others;
            }
            var all = new EnumMap<ObjectSetting, String>(setting);
            all.putAll(others);
            return all;
        }

        /** The ETag of bytes of this MD5, in lower-case hexadecimal. */
        public String etag(String md5) {
            return key.filter(ContentKey::hidesDigest)
                    .map(each -> HexFormat.of().formatHex(each.randomBytes(MD5_BYTES)))
                    .orElse(md5);
        }
    }

    /**
     * How a new object is to be kept.
     *
     * @throws io.brume.common.aws.Fault when the headers ask for what cannot be
     */
    public Plan planned(HttpCall head, Bucket bucket, ObjectKey object) {
        var named = head.header(HEADER);
        var customer = CustomerKey.of(head, AMZ);
        if (named != null && customer.isPresent()) {
            throw S3Faults.invalidArgument(
                    "Server Side Encryption with Customer provided key is incompatible with the"
                            + " encryption method specified");
        }
        if (KMS.equals(named)) {
            var byDefault = byDefault(bucket).flatMap(BucketDefault::kms);
            return byKms(bucket, object, KmsWish.of(head, byDefault));
        }
        KmsWish.demandNone(head);
        if (customer.isPresent()) {
            if (byDefault(bucket).filter(BucketDefault::refusesCustomerKeys).isPresent()) {
                throw S3Faults.accessDenied();
            }
            var key = key(customer.get());
            return new Plan(
                    Optional.of(key),
                    Map.of(ObjectSetting.ENCRYPTION, Encryption.ByCustomer.of(key).text()),
                    headers(customer.get()));
        }
        if (named == null) {
            return byDefault(bucket, object, head);
        }
        if (named.startsWith("aws:")) {
            throw S3Faults.notImplemented("Encryption by " + named);
        }
        if (!named.equals(SERVERS)) {
            throw S3Faults.invalidArgument("The encryption method specified is not supported");
        }
        return byServer(bucket);
    }

    private Plan byDefault(Bucket bucket, ObjectKey object, HttpCall head) {
        var byDefault = byDefault(bucket);
        if (byDefault.isEmpty()) {
            return Plan.PLAIN;
        }
        return byDefault
                .get()
                .kms()
                .map(wish -> byKms(bucket, object, wish.with(head)))
                .orElseGet(() -> byServer(bucket));
    }

    private Optional<BucketDefault> byDefault(Bucket bucket) {
        var document = bucket.document(BucketSetting.ENCRYPTION);
        if (defaults.size() > REMEMBERED) {
            defaults.clear();
        }
        return document.map(text -> defaults.computeIfAbsent(text, BucketDefault::parse));
    }

    private Plan byServer(Bucket bucket) {
        return new Plan(
                Optional.of(serversKey(bucket)),
                Map.of(ObjectSetting.ENCRYPTION, new Encryption.ByServer().text()),
                Map.of(HEADER, SERVERS));
    }

    private Plan byKms(Bucket bucket, ObjectKey object, KmsWish wish) {
        var made = kms.generate(Caller.current(), bucket, object, wish);
        var headers = new HashMap<>(headers(made.kept()));
        if (!wish.context().isEmpty()) {
            headers.put(HEADER + "-context", wish.context().base64());
        }
        return new Plan(
                Optional.of(new ContentKey(made.plain(), true, random)),
                Map.of(ObjectSetting.ENCRYPTION, made.kept().text()),
                headers);
    }

    /**
     * Demands that there is a KMS key of this name that a bucket's objects can be encrypted with.
     *
     * @throws io.brume.common.aws.Fault {@code KMS.NotFoundException}
     */
    public void demandKmsKey(Bucket bucket, String name) {
        kms.demandKey(bucket.owner(), name);
    }

    /**
     * How a part of an upload is to be kept.
     *
     * @param settings of the upload
     */
    public Plan planned(
            HttpCall head, Bucket bucket, ObjectKey object, Map<ObjectSetting, String> settings) {
        var key = key(head, AMZ, bucket, object, settings);
        return new Plan(key, Map.of(), headers(head, settings));
    }

    /**
     * The key of a version that is to be read.
     *
     * @throws io.brume.common.aws.Fault when the request brings the wrong one, or none that it
     *     needs, or the caller may not use it
     */
    public Optional<ContentKey> reading(HttpCall head, Bucket bucket, ObjectVersion version) {
        return key(head, AMZ, bucket, version.key(), version.settings());
    }

    /** The key of the version that a copy is made from. */
    public Optional<ContentKey> copying(HttpCall head, Bucket bucket, ObjectVersion version) {
        return key(head, CustomerKey.OF_SOURCE, bucket, version.key(), version.settings());
    }

    /** Opens a range of a content that can be read. */
    public static ContentReader read(
            ObjectData data,
            Optional<ContentKey> key,
            ObjectContent content,
            long offset,
            long length)
            throws IOException {
        return key.isEmpty()
                ? data.read(content.readable().blobs(), offset, length)
                : new DecryptingReader(data, key.get(), content.readable(), offset, length);
    }

    /** The headers that tell how a version is encrypted. */
    public static Map<String, String> headers(HttpCall head, Map<ObjectSetting, String> settings) {
        return switch (Encryption.of(settings).orElse(null)) {
            case null -> Map.of();
            case Encryption.ByServer server -> Map.of(HEADER, SERVERS);
            case Encryption.ByKms byKms -> headers(byKms);
            case Encryption.ByCustomer customer ->
                    CustomerKey.of(head, AMZ).map(Encryptions::headers).orElse(Map.of());
        };
    }

    /** How a version is encrypted, in the words of inventories. */
    public static String status(Map<ObjectSetting, String> settings) {
        return switch (Encryption.of(settings).orElse(null)) {
            case null -> "NOT-SSE";
            case Encryption.ByServer server -> "SSE-S3";
            case Encryption.ByKms byKms -> "SSE-KMS";
            case Encryption.ByCustomer customer -> "SSE-C";
        };
    }

    /** Whether a version's data key is wrapped by a key of its bucket; empty without KMS. */
    public static Optional<Boolean> isByBucketKey(Map<ObjectSetting, String> settings) {
        return Encryption.of(settings)
                .filter(Encryption.ByKms.class::isInstance)
                .map(Encryption.ByKms.class::cast)
                .map(Encryption.ByKms::bucketKey);
    }

    private static Map<String, String> headers(Encryption.ByKms kept) {
        var headers = new HashMap<String, String>();
        headers.put(HEADER, KMS);
        headers.put(HEADER + "-aws-kms-key-id", kept.keyArn());
        if (kept.bucketKey()) {
            headers.put(HEADER + "-bucket-key-enabled", "true");
        }
        return headers;
    }

    private static Map<String, String> headers(CustomerKey key) {
        return Map.of(
                HEADER + "-customer-algorithm", SERVERS, HEADER + "-customer-key-MD5", key.md5());
    }

    private Optional<ContentKey> key(
            HttpCall head,
            String prefix,
            Bucket bucket,
            ObjectKey object,
            Map<ObjectSetting, String> settings) {
        if (settings.isEmpty()
                && !head.headers()
                        .containsKey(prefix + "server-side-encryption-customer-algorithm")) {
            return Optional.empty();
        }
        var given = CustomerKey.of(head, prefix).map(this::key);
        return switch (Encryption.of(settings).orElse(null)) {
            case null -> {
                demandNone(given);
                yield Optional.empty();
            }
            case Encryption.ByServer server -> {
                demandNone(given);
                yield Optional.of(serversKey(bucket));
            }
            case Encryption.ByKms kept -> {
                demandNone(given);
                var opened = kms.open(Caller.current(), bucket, object, kept);
                yield Optional.of(new ContentKey(opened, true, random));
            }
            case Encryption.ByCustomer customer -> Optional.of(the(customer, given));
        };
    }

    private static void demandNone(Optional<ContentKey> given) {
        if (given.isPresent()) {
            throw S3Faults.invalidRequest(
                    "The encryption parameters are not applicable to this object.");
        }
    }

    private static ContentKey the(Encryption.ByCustomer customer, Optional<ContentKey> given) {
        var key =
                given.orElseThrow(() ->
                        S3Faults.invalidRequest(
                                "The object was stored using a form of Server Side Encryption. The"
                                        + " correct parameters must be provided to retrieve the"
                                        + " object."));
        if (!customer.isBy(key)) {
            throw S3Faults.accessDenied();
        }
        return key;
    }

    private ContentKey key(CustomerKey key) {
        return new ContentKey(key.bytes(), true, random);
    }

    private ContentKey serversKey(Bucket bucket) {
        return new ContentKey(keys.key(bucket.owner()).bytes(), false, random);
    }
}
