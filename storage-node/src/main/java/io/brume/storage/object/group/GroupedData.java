package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/** Keeps blobs in placement groups. */
public final class GroupedData implements ObjectData {
    private final DiskBlobs local;
    private final RandomGenerator random;
    private volatile List<Integer> groups;

    /**
     * @param random whose numbers nobody guesses; thread-safe
     */
    public GroupedData(PlacementMap map, DiskBlobs local, RandomGenerator random) {
        this.groups = List.copyOf(map.groups().keySet());
        this.local = requireNonNull(local);
        this.random = requireNonNull(random);
    }

    @Override
    public ContentWriter write(BlobClaim claim, long expected) {
        return new SplittingWriter(
                (blob, size) -> local.write(blob, claim, size), this::newName, expected);
    }

    private BlobId newName() {
        List<Integer> all = groups;
        return BlobId.of(
                all.get(random.nextInt(all.size())), random.nextLong(), random.nextLong());
    }

    @Override
    public ContentReader read(List<Blob> blobs, long offset, long length) {
        return new JoiningReader(blobs, offset, length, local::read);
    }

    @Override
    public void free(Collection<Blob> blobs) throws IOException {
        local.delete(blobs.stream().map(Blob::id).toList());
    }
}
