package io.brume.storage.object.s3.inventory;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;

/**
 * Where the files of one inventory are in their bucket.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html">
 * locating your inventory list</a>.
 *
 * @param folder ends with a slash
 * @param begin of the period that it is of
 */
record InventoryPlaces(String folder, Instant begin) {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter PARTITION =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm").withZone(ZoneOffset.UTC);

    static InventoryPlaces of(Bucket source, InventoryConfiguration inventory, Instant begin) {
        var prefix = inventory.destination().s3BucketDestination().prefix();
        var before = prefix == null || prefix.isEmpty() ? "" : prefix + "/";
        return new InventoryPlaces(before + source.name() + "/" + inventory.id() + "/", begin);
    }

    /** The last of its files that is written: when it is there, all are. */
    ObjectKey manifest() {
        return new ObjectKey(folder + MINUTE.format(begin) + "/manifest.json");
    }

    ObjectKey manifestSum() {
        return new ObjectKey(folder + MINUTE.format(begin) + "/manifest.checksum");
    }

    /** What Hive finds the list by. */
    ObjectKey symlink() {
        return new ObjectKey(folder + "hive/dt=" + PARTITION.format(begin) + "/symlink.txt");
    }

    ObjectKey data(String unique) {
        return new ObjectKey(folder + "data/" + unique + ".csv.gz");
    }
}
