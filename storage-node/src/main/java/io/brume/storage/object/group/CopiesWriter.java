package io.brume.storage.object.group;

import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.data.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Writes a blob to several nodes together. One that fails is left out, as long as enough are left.
 */
final class CopiesWriter implements BlobWriter {
    private final OtherNodes nodes;
    private final int needed;
    private final List<Leg> legs;
    private final List<IOException> failures = new ArrayList<>();
    private long length;

    /** A copy that is being written. */
    record Leg(String nodeId, BlobWriter writer) {}

    /** Something that a copy is asked to do. */
    private interface Step {
        void run(BlobWriter writer) throws IOException;
    }

    /**
     * @param legs this node's first, if it has one
     * @param needed copies without which the write has failed
     */
    CopiesWriter(OtherNodes nodes, List<Leg> legs, int needed) {
        this.nodes = nodes;
        this.legs = new ArrayList<>(legs);
        this.needed = needed;
    }

    private void each(Step step) throws IOException {
        for (Iterator<Leg> all = legs.iterator(); all.hasNext(); ) {
            Leg leg = all.next();
            try {
                step.run(leg.writer);
            } catch (IOException e) {
                nodes.failed(leg.nodeId, e);
                failures.add(e);
                all.remove();
                leg.writer.close();
            }
        }
        check();
    }

    private void check() throws IOException {
        if (legs.size() < needed) {
            throw tooFew(legs.size(), needed, failures);
        }
    }

    /** Why a write fails of which too little is left. */
    static IOException tooFew(int left, int needed, List<IOException> failures) {
        for (IOException failure : failures) {
            if (failure instanceof NoSpaceException) {
                var full = new NoSpaceException("too few nodes have space");
                full.initCause(failure);
                return full;
            }
        }
        var few = new IOException(left + " of at least " + needed + " copies can be written");
        failures.forEach(few::addSuppressed);
        return few;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        each(writer -> writer.write(bytes.duplicate()));
        bytes.position(bytes.limit());
        length += count;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void finish() throws IOException {
        each(writer -> {
            if (writer instanceof BlobPeer.Writer remote) {
                remote.finishing();
            }
        });
        each(BlobWriter::finish);
    }

    @Override
    public void close() {
        legs.forEach(leg -> leg.writer.close());
    }
}
