package io.brume.storage.object.archive;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.data.RunBytes;
import io.brume.storage.object.index.ClassIndex;
import io.brume.storage.object.index.DueRestore;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.StorageClass;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes contents again as another class keeps them: blobs first, then one commit, as a PUT does.
 * What changed meanwhile stays as it is. Thread-safe; blocks.
 */
public final class Recast {
    private static final int RUN = 256 << 10;

    private final ClassIndex index;
    private final ObjectData data;

    public Recast(ClassIndex index, ObjectData data) {
        this.index = requireNonNull(index);
        this.data = requireNonNull(data);
    }

    /**
     * Moves a version to another class.
     *
     * @param version with all its parts and blobs
     * @return whether it was still as it was
     */
    public boolean move(Bucket bucket, ObjectVersion version, StorageClass to) throws IOException {
        List<Blob> kept = copy(bucket.number(), version.key(), version.content().orElseThrow(), to);
        return settle(index.move(bucket.name(), version, to, kept), kept);
    }

    /** Makes the copy that was asked for; one whose time is over is given up. */
    void goOn(DueRestore restore) throws IOException {
        Optional<ObjectVersion> ongoing = restore.version().filter(Recast::isOngoing);
        if (ongoing.isEmpty()) {
            index.endRestore(restore);
            return;
        }
        ObjectVersion version = ongoing.get();
        List<Blob> made =
                copy(
                        restore.bucket(),
                        version.key(),
                        version.content().orElseThrow(),
                        StorageClass.STANDARD);
        settle(index.restored(restore, made), made);
    }

    private static boolean isOngoing(ObjectVersion version) {
        return version.restoration()
                .filter(state -> state instanceof Restoration.Ongoing)
                .isPresent();
    }

    private boolean settle(boolean named, List<Blob> blobs) throws IOException {
        if (!named) {
            data.free(blobs);
        }
        return named;
    }

    private List<Blob> copy(long bucket, ObjectKey key, ObjectContent content, StorageClass to)
            throws IOException {
        if (content.blobs().isEmpty()) {
            return List.of();
        }
        BlobClaim claim = new BlobClaim(bucket, key, Optional.empty());
        try (ContentReader reader = KeptContent.open(data, content);
                ContentWriter writer = KeptContent.write(data, claim, content.size(), to)) {
            for (ContentReader.@Nullable Run run = reader.next();
                    run != null;
                    run = reader.next()) {
                for (RunBytes bytes = new RunBytes(run); bytes.left() > 0; ) {
                    writer.write(bytes.take(RUN));
                }
            }
            return writer.finish();
        }
    }
}
