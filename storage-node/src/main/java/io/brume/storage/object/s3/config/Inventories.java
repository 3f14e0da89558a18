package io.brume.storage.object.s3.config;

import io.brume.common.policy.Evaluation;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.ListBucketInventoryConfigurationsResponse;

/** The inventories that a bucket is configured to have: kept as one document, in order of ids. */
public final class Inventories {
    private static final String SERVICE = "s3.amazonaws.com";
    private static final String ARN = "arn:aws:s3:::";

    private Inventories() {}

    public static List<InventoryConfiguration> of(Bucket bucket) {
        return Documents.read(
                        bucket,
                        BucketSetting.INVENTORY,
                        ListBucketInventoryConfigurationsResponse.class)
                .map(ListBucketInventoryConfigurationsResponse::inventoryConfigurationList)
                .orElse(List.of());
    }

    /** Empty for none. */
    static Optional<String> document(List<InventoryConfiguration> inventories) {
        if (inventories.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Documents.write(
                        "ListInventoryConfigurationsResult",
                        ListBucketInventoryConfigurationsResponse.builder()
                                .inventoryConfigurationList(inventories)
                                .build()));
    }

    /** The bucket that an inventory goes to; empty when it names none. */
    public static Optional<BucketName> target(InventoryConfiguration inventory) {
        var arn = inventory.destination().s3BucketDestination().bucket();
        return Optional.of(arn)
                .filter(text -> text.startsWith(ARN))
                .map(text -> text.substring(ARN.length()))
                .filter(BucketName::isValid)
                .map(BucketName::new);
    }

    /** Whether the target's policy lets the inventory of a bucket be put under a key. */
    public static boolean isTaken(Bucket source, Bucket target, ObjectKey key) {
        return ServiceAccess.put(SERVICE, source, target, key) instanceof Evaluation.Allow;
    }
}
