package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Coding;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Blobs that are kept in fragments, each of which is stored as any other blob. Thread-safe. */
final class CodedBlobs {
    private final OtherNodes nodes;
    private final Fragments fragments;

    /** Stores fragments, and reads them. */
    interface Fragments {
        BlobWriter write(String node, BlobId id, BlobClaim claim, Instant now, long size)
                throws IOException;

        ContentReader read(Blob fragment, long offset, long length);
    }

    CodedBlobs(OtherNodes nodes, Fragments fragments) {
        this.nodes = requireNonNull(nodes);
        this.fragments = requireNonNull(fragments);
    }

    /** Whether all nodes that are to keep a fragment of it answer. */
    boolean isWritable(BlobId id) {
        return Coding.stored(id).stream().allMatch(this::isUp);
    }

    private boolean isUp(BlobId fragment) {
        return nodes.map().members(fragment.group()).stream().allMatch(nodes::isUp);
    }

    /**
     * Begins to store a blob.
     *
     * @param size of the blob in bytes; below 1 = not known
     */
    BlobWriter write(Coding coding, BlobId id, BlobClaim claim, Instant now, long size)
            throws IOException {
        long each = size < 1 ? size : new CodedShape(coding, size).fragmentLength();
        List<CopiesWriter.Leg> legs = new ArrayList<>(coding.all());
        try {
            for (BlobId fragment : Coding.stored(id)) {
                String node = nodes.map().members(fragment.group()).getFirst();
                legs.add(
                        new CopiesWriter.Leg(
                                node, fragments.write(node, fragment, claim, now, each)));
            }
        } catch (IOException e) {
            legs.forEach(leg -> leg.writer().close());
            throw e;
        }
        return new CodedWriter(coding, nodes, legs);
    }

    ContentReader read(Coding coding, Blob blob, long offset, long length) {
        CodedShape shape = new CodedShape(coding, blob.length());
        return new CodedReader(shape, order(blob.id()), offset, length, of(shape, blob.id()));
    }

    /** Computes a fragment from others of its blob. */
    ContentReader computed(Blob fragment) {
        BlobId id = fragment.id();
        Coding coding = Coding.of(id.group()).orElseThrow();
        CodedShape shape = CodedShape.ofFragment(coding, fragment.length());
        int wanted = Coding.fragment(id.group());
        List<Integer> others = order(id);
        others.remove(Integer.valueOf(wanted));
        return new FragmentReader(shape, wanted, others, of(shape, id));
    }

    /** Fragments on nodes that answer first, and data before the others. */
    private List<Integer> order(BlobId id) {
        List<Integer> order = new ArrayList<>();
        List<Integer> down = new ArrayList<>();
        for (BlobId fragment : Coding.stored(id)) {
            (isUp(fragment) ? order : down).add(Coding.fragment(fragment.group()));
        }
        order.addAll(down);
        return order;
    }

    private FragmentRows.Opener of(CodedShape shape, BlobId any) {
        return (fragment, offset, length) ->
                fragments.read(
                        new Blob(shape.coding().fragment(any, fragment), shape.fragmentLength()),
                        offset,
                        length);
    }
}
