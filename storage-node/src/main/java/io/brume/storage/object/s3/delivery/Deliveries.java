package io.brume.storage.object.s3.delivery;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts objects of the cloud's own. Thread-safe; blocks. */
public final class Deliveries {
    private static final long UNKNOWN = -1;

    private final ObjectIndex index;
    private final ObjectData data;
    private final Encryptions encryptions;

    public Deliveries(ObjectIndex index, ObjectData data, Encryptions encryptions) {
        this.index = requireNonNull(index);
        this.data = requireNonNull(data);
        this.encryptions = requireNonNull(encryptions);
    }

    /** How an object is to be encrypted: as a request for it would say. */
    public record Wish(Map<String, String> headers) {
        private static final String HEADER = "x-amz-server-side-encryption";

        /** As its bucket encrypts. */
        public static final Wish AS_THE_BUCKET = new Wish(Map.of());

        public static final Wish SSE_S3 = new Wish(Map.of(HEADER, "AES256"));

        public Wish {
            headers = Map.copyOf(headers);
        }

        /** By a KMS key. */
        public static Wish kms(String keyId) {
            return new Wish(Map.of(HEADER, "aws:kms", HEADER + "-aws-kms-key-id", keyId));
        }

        private HttpCall request() {
            var all = new HashMap<String, List<String>>();
            headers.forEach((name, value) -> all.put(name, List.of(value)));
            return new HttpCall("PUT", "/", "", all, new byte[0]);
        }
    }

    /**
     * What was put.
     *
     * @param md5 of its bytes, in lower-case hexadecimal
     */
    public record Delivered(long size, String md5) {
        public Delivered {
            requireNonNull(md5);
        }
    }

    /** Begins an object, which is there once it is finished. */
    public Delivery begin(Bucket target, ObjectKey key, String contentType, Wish wish)
            throws IOException {
        var request = wish.request();
        var plan = onBehalf(target, request).call(() -> encryptions.planned(request, target, key));
        var claim = new BlobClaim(target.number(), key, Optional.empty());
        return new Delivery(
                index,
                target,
                key,
                contentType,
                plan,
                plan.write(data, claim, UNKNOWN, StorageClass.STANDARD));
    }

    /** Puts all of an object. */
    public Delivered put(Bucket target, ObjectKey key, String contentType, Wish wish, byte[] bytes)
            throws IOException {
        try (var delivery = begin(target, key, contentType, wish)) {
            delivery.write(bytes);
            return delivery.finish();
        }
    }

    /** Of the bucket's account, which alone may use its keys. */
    private static Caller onBehalf(Bucket target, HttpCall request) {
        return new Caller(
                Optional.of(target.owner()),
                "arn:aws:iam::" + target.owner() + ":root",
                "",
                "",
                true,
                "",
                request);
    }
}
