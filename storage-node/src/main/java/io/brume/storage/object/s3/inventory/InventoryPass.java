package io.brume.storage.object.s3.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.common.time.Time;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.s3.config.BucketPass;
import io.brume.storage.object.s3.config.BucketRounds;
import io.brume.storage.object.s3.config.Inventories;
import io.brume.storage.object.s3.delivery.Deliveries;
import io.brume.storage.object.s3.delivery.Deliveries.Delivered;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;

/**
 * Writes the inventories of a bucket that are due: a list of its objects as gzip'ed CSV, and a
 * manifest that names it. Thread-safe.
 */
public final class InventoryPass implements BucketPass {
    private static final Logger LOG = LoggerFactory.getLogger(InventoryPass.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = ListRequest.MAX_LIMIT;
    private static final int BUFFER = 256 << 10;
    private static final String TEXT = "text/plain";

    private final Deliveries deliveries;
    private final Time time;
    private final RandomGenerator random;
    private final Duration day;

    /**
     * @param day 24 hours, but for tests
     */
    public InventoryPass(Deliveries deliveries, Time time, RandomGenerator random, Duration day) {
        this.deliveries = requireNonNull(deliveries);
        this.time = requireNonNull(time);
        this.random = requireNonNull(random);
        this.day = requireNonNull(day);
    }

    @Override
    public void run(BucketRounds.Leading leading, Bucket bucket) throws IOException {
        for (var inventory : Inventories.of(bucket)) {
            if (Boolean.TRUE.equals(inventory.isEnabled())) {
                deliverIfDue(leading.index(), bucket, inventory);
            }
        }
    }

    private void deliverIfDue(ObjectIndex index, Bucket source, InventoryConfiguration inventory)
            throws IOException {
        var begin = InventoryPeriod.begin(inventory.schedule().frequency(), time.now(), day);
        var places = InventoryPlaces.of(source, inventory, begin);
        var target = Inventories.target(inventory).flatMap(index::bucket);
        if (target.isEmpty() || !Inventories.isTaken(source, target.get(), places.manifest())) {
            LOG.debug("The inventory {} of {} is not let in", inventory.id(), source.name());
            return;
        }
        if (index.find(target.get().name(), places.manifest(), Optional.empty()).isEmpty()) {
            new Inventory(index, source, target.get(), inventory, places).write();
            LOG.info("The inventory {} of {} was written", inventory.id(), source.name());
        }
    }

    /** One inventory that is being written. */
    private final class Inventory {
        private final ObjectIndex index;
        private final Bucket source;
        private final Bucket target;
        private final InventoryConfiguration configuration;
        private final InventoryPlaces places;
        private final InventoryColumns columns;

        Inventory(
                ObjectIndex index,
                Bucket source,
                Bucket target,
                InventoryConfiguration configuration,
                InventoryPlaces places) {
            this.index = index;
            this.source = source;
            this.target = target;
            this.configuration = configuration;
            this.places = places;
            this.columns = new InventoryColumns(source, configuration);
        }

        void write() throws IOException {
            var data = places.data(new UUID(random.nextLong(), random.nextLong()).toString());
            var list = list(data);
            put(places.symlink(), TEXT, "s3://" + target.name() + "/" + data.value() + "\n");
            var manifest = manifest(data, list).toPrettyString();
            var md5 = ChecksumAlgorithm.MD5.of(manifest.getBytes(UTF_8));
            put(places.manifestSum(), TEXT, HexFormat.of().formatHex(md5));
            put(places.manifest(), "application/json", manifest);
        }

        private void put(ObjectKey key, String type, String text) throws IOException {
            deliveries.put(target, key, type, encryption(), text.getBytes(UTF_8));
        }

        private Deliveries.Wish encryption() {
            var wanted = configuration.destination().s3BucketDestination().encryption();
            if (wanted == null) {
                return Deliveries.Wish.AS_THE_BUCKET;
            }
            return wanted.ssekms() == null
                    ? Deliveries.Wish.SSE_S3
                    : Deliveries.Wish.kms(wanted.ssekms().keyId());
        }

        private Delivered list(ObjectKey key) throws IOException {
            try (var delivery = deliveries.begin(target, key, "application/x-gzip", encryption())) {
                var zip = new GZIPOutputStream(delivery, BUFFER);
                var lines = new BufferedWriter(new OutputStreamWriter(zip, UTF_8), BUFFER);
                lines(lines);
                lines.flush();
                zip.finish();
                return delivery.finish();
            }
        }

        private void lines(Writer lines) throws IOException {
            var filter = configuration.filter();
            var prefix = filter == null || filter.prefix() == null ? "" : filter.prefix();
            var request = new ListRequest(prefix, "", "", "", PAGE);
            for (boolean more = true; more; ) {
                var page = index.listVersions(source.name(), request);
                for (var listed : page.items()) {
                    if (isWanted(listed)) {
                        lines.write(columns.line(listed));
                    }
                }
                more = page.more();
                request = new ListRequest(prefix, "", page.next(), page.nextId(), PAGE);
            }
        }

        private boolean isWanted(ListedVersion listed) {
            return columns.ofAllVersions()
                    || (listed.latest() && !listed.version().isDeleteMarker());
        }

        private ObjectNode manifest(ObjectKey data, Delivered list) {
            var manifest = JSON.createObjectNode();
            manifest.put("sourceBucket", source.name().value());
            manifest.put("destinationBucket", "arn:aws:s3:::" + target.name());
            manifest.put("version", "2016-11-30");
            manifest.put("creationTimestamp", String.valueOf(places.begin().toEpochMilli()));
            manifest.put("fileFormat", "CSV");
            manifest.put("fileSchema", columns.names());
            manifest.putArray("files")
                    .addObject()
                    .put("key", data.value())
                    .put("size", list.size())
                    .put("MD5checksum", list.md5());
            return manifest;
        }
    }
}
