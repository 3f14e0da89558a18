package io.brume.storage.object.s3.config;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;

/**
 * What a bucket's public access block forbids; nothing when it has none.
 *
 * @param blockAcls no ACL is set that lets everybody in
 * @param ignoreAcls ACLs that let everybody in do not
 * @param blockPolicy no policy is set that is public
 * @param restrict a public policy lets nobody in but the owner's account
 */
record PublicAccess(boolean blockAcls, boolean ignoreAcls, boolean blockPolicy, boolean restrict) {
    static final PublicAccess BLOCKED = new PublicAccess(true, true, true, true);

    private static final PublicAccess NONE = new PublicAccess(false, false, false, false);
    private static final int COMBINATIONS = 16;

    /** By the document that is kept; looked up and not read, since every stranger's GET asks. */
    private static final Map<String, PublicAccess> BY_DOCUMENT =
            IntStream.range(0, COMBINATIONS)
                    .mapToObj(bits ->
                            new PublicAccess(
                                    (bits & 1) != 0,
                                    (bits & 2) != 0,
                                    (bits & 4) != 0,
                                    (bits & 8) != 0))
                    .collect(Collectors.toMap(PublicAccess::document, Function.identity()));

    static PublicAccess of(Bucket bucket) {
        var document = bucket.document(BucketSetting.PUBLIC_ACCESS_BLOCK);
        return document.isEmpty()
                ? NONE
                : document.map(BY_DOCUMENT::get).orElseGet(() -> read(bucket));
    }

    private static PublicAccess read(Bucket bucket) {
        return Documents.read(
                        bucket,
                        BucketSetting.PUBLIC_ACCESS_BLOCK,
                        PublicAccessBlockConfiguration.class)
                .map(PublicAccess::of)
                .orElse(NONE);
    }

    private static PublicAccess of(PublicAccessBlockConfiguration block) {
        return new PublicAccess(
                is(block.blockPublicAcls()),
                is(block.ignorePublicAcls()),
                is(block.blockPublicPolicy()),
                is(block.restrictPublicBuckets()));
    }

    private static boolean is(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    /** What is not said is off, and is given back as such. */
    static String document(PublicAccessBlockConfiguration block) {
        return of(block).document();
    }

    String document() {
        return Documents.write(
                "PublicAccessBlockConfiguration",
                PublicAccessBlockConfiguration.builder()
                        .blockPublicAcls(blockAcls)
                        .ignorePublicAcls(ignoreAcls)
                        .blockPublicPolicy(blockPolicy)
                        .restrictPublicBuckets(restrict)
                        .build());
    }
}
