package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.archive.Recast;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;

/**
 * Goes once through a bucket and does what its life cycle says. Whatever has changed since it was
 * read stays: a deletion says which version it means. Thread-safe.
 */
public final class LifecyclePass {
    private static final Logger LOG = LoggerFactory.getLogger(LifecyclePass.class);
    private static final int PAGE = ListRequest.MAX_LIMIT;

    private final ObjectIndex index;
    private final Recast recast;
    private final Time time;
    private final Duration day;

    /**
     * A pass with days of some length.
     *
     * @param day 24 hours, but for tests
     */
    public LifecyclePass(ObjectIndex index, Recast recast, Time time, Duration day) {
        this.index = requireNonNull(index);
        this.recast = requireNonNull(recast);
        this.time = requireNonNull(time);
        this.day = requireNonNull(day);
    }

    /** Such a pass through each bucket. */
    public static BucketPass ofEach(ObjectData data, Time time, Duration day) {
        return (leading, bucket) -> {
            var recast = new Recast(leading.classes(), data);
            var done = new LifecyclePass(leading.index(), recast, time, day).run(bucket);
            if (!done.isNothing()) {
                LOG.info("Life cycle of {}: {}", bucket.name(), done);
            }
        };
    }

    /** What a pass did. */
    public record Done(int expired, int deleted, int aborted, int moved) {
        boolean isNothing() {
            return expired + deleted + aborted + moved == 0;
        }
    }

    /**
     * Goes through a bucket; one without a life cycle is left alone.
     *
     * @throws IndexFault NO_SUCH_BUCKET when it is deleted meanwhile
     */
    public Done run(Bucket bucket) {
        var lifecycle =
                Documents.read(bucket, BucketSetting.LIFECYCLE, BucketLifecycleConfiguration.class);
        if (lifecycle.isEmpty()) {
            return new Done(0, 0, 0, 0);
        }
        var rules = new LifecycleRules(lifecycle.get(), day);
        var run = new Run(bucket, rules, time.now());
        if (rules.areAboutVersions()) {
            run.versions();
        }
        if (rules.areAboutUploads()) {
            run.uploads();
        }
        return new Done(run.expired, run.deleted, run.aborted, run.moved);
    }

    /** One pass through one bucket; each version is judged when the one after it is known. */
    private final class Run {
        private final Bucket bucket;
        private final LifecycleRules rules;
        private final Instant now;
        private int expired;
        private int deleted;
        private int aborted;
        private int moved;
        private @Nullable ListedVersion before;
        private Optional<Instant> noncurrentSince = Optional.empty();
        private int newerNoncurrent;

        Run(Bucket bucket, LifecycleRules rules, Instant now) {
            this.bucket = bucket;
            this.rules = rules;
            this.now = now;
        }

        void versions() {
            var request = new ListRequest(rules.commonPrefix(), "", "", "", PAGE);
            for (boolean more = true; more; ) {
                var page = index.listVersions(bucket.name(), request);
                page.items().forEach(this::next);
                more = page.more();
                request = new ListRequest(request.prefix(), "", page.next(), page.nextId(), PAGE);
            }
            next(null);
        }

        private void next(@Nullable ListedVersion version) {
            var judged = before;
            before = version;
            if (judged == null) {
                return;
            }
            boolean last =
                    version == null || !version.version().key().equals(judged.version().key());
            if (judged.latest()) {
                noncurrentSince = Optional.empty();
                newerNoncurrent = 0;
            }
            var place =
                    new LifecycleRules.Place(
                            noncurrentSince, newerNoncurrent, judged.latest() && last);
            var fate = rules.fate(judged.version(), place, now);
            if (fate == LifecycleRules.Fate.STAYS) {
                rules.move(judged.version(), place, now)
                        .ifPresent(to -> move(judged.version(), to));
            } else {
                act(judged.version(), fate);
            }
            newerNoncurrent += judged.latest() ? 0 : 1;
            noncurrentSince = Optional.of(judged.version().modified());
        }

        private void act(ObjectVersion version, LifecycleRules.Fate fate) {
            switch (fate) {
                case STAYS -> {}
                case EXPIRES ->
                        expired +=
                                done(() ->
                                        index.delete(
                                                bucket.name(),
                                                version.key(),
                                                bucket.owner(),
                                                unchanged(version)));
                case IS_DELETED ->
                        deleted +=
                                done(() ->
                                        index.deleteVersion(
                                                bucket.name(),
                                                version.key(),
                                                version.versionId(),
                                                false,
                                                unchanged(version)));
            }
        }

        /** A version that cannot be moved now holds none of the others up. */
        private void move(ObjectVersion listed, StorageClass to) {
            try {
                var whole =
                        index.find(bucket.name(), listed.key(), Optional.of(listed.versionId()))
                                .filter(found -> found.sequence() == listed.sequence());
                if (whole.isPresent() && recast.move(bucket, whole.get(), to)) {
                    moved++;
                }
            } catch (IOException e) {
                LOG.warn("{} in {} is not moved yet", listed.key(), bucket.name(), e);
            }
        }

        private static Condition unchanged(ObjectVersion version) {
            return new Condition(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(version.modified()),
                    Optional.empty());
        }

        /** A page's uploads are aborted once the next page, which begins after them, is read. */
        void uploads() {
            var request = new ListRequest(rules.commonPrefix(), "", "", "", PAGE);
            List<Upload> due = List.of();
            for (boolean more = true; more; ) {
                var page = index.uploads(bucket.name(), request);
                abort(due);
                due = page.items().stream().filter(each -> rules.aborts(each, now)).toList();
                more = page.more();
                request = new ListRequest(request.prefix(), "", page.next(), page.nextId(), PAGE);
            }
            abort(due);
        }

        private void abort(List<Upload> due) {
            for (var upload : due) {
                aborted += done(() -> index.abortUpload(bucket.name(), upload.key(), upload.id()));
            }
        }

        /** 1 when it was done; 0 when it is locked, or is no longer what it was. */
        private static int done(Runnable change) {
            try {
                change.run();
                return 1;
            } catch (IndexFault fault) {
                return switch (fault.reason()) {
                    case LOCKED,
                            PRECONDITION_FAILED,
                            NO_SUCH_KEY,
                            NO_SUCH_VERSION,
                            NO_SUCH_UPLOAD ->
                            0;
                    default -> throw fault;
                };
            }
        }
    }
}
