package io.brume.storage.object.s3.config;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/**
 * The tags of a bucket: at most 50, keys of at most 128 and values of at most 256 characters.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html">tagging
 * buckets</a>.
 */
final class BucketTags {
    private static final int MOST = 50;
    private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}");

    private BucketTags() {}

    /**
     * By key, in order.
     *
     * @throws Fault when they are no tags that a bucket may have
     */
    static Map<String, String> checked(List<Tag> tags) {
        var byKey = new TreeMap<String, String>();
        for (var tag : tags) {
            if (!KEY.matcher(tag.key()).matches()) {
                throw Fault.invalid("InvalidTag", "The TagKey you have provided is invalid");
            }
            if (!VALUE.matcher(tag.value()).matches()) {
                throw Fault.invalid("InvalidTag", "The TagValue you have provided is invalid");
            }
            if (tag.key().startsWith("aws:")) {
                throw Fault.invalid(
                        "InvalidTag", "System tags cannot be added/updated by requester");
            }
            if (byKey.put(tag.key(), tag.value()) != null) {
                throw Fault.invalid("InvalidTag", "Cannot provide multiple Tags with the same key");
            }
        }
        demandFew(byKey);
        return byKey;
    }

    static void demandFew(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw Fault.invalid("BadRequest", "Bucket tag count cannot be greater than 50");
        }
    }

    static Map<String, String> of(Bucket bucket) {
        var tags = new TreeMap<String, String>();
        Documents.read(bucket, BucketSetting.TAGGING, Tagging.class)
                .ifPresent(tagging ->
                        tagging.tagSet().forEach(tag -> tags.put(tag.key(), tag.value())));
        return tags;
    }

    static List<Tag> list(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    /** Empty without tags, since a bucket then has no set of them. */
    static Optional<String> document(Map<String, String> tags) {
        return tags.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Documents.write("Tagging", Tagging.builder().tagSet(list(tags)).build()));
    }
}
