package io.brume.storage.object.archive;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.Deflater;

/** Packs what it is given; nothing stays nothing. See {@link Frames}. */
final class PackingWriter implements ContentWriter {
    private final ContentWriter kept;
    private final Deflater deflater;
    private final ByteBuffer plain = ByteBuffer.allocate(Frames.MOST);
    private final byte[] packed = new byte[Frames.HEAD + Frames.MOST];

    /**
     * @param level as {@link Deflater} has it: 1 is fast, 9 is small
     */
    PackingWriter(ContentWriter kept, int level) {
        this.kept = requireNonNull(kept);
        this.deflater = new Deflater(level, true);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int count = Math.min(plain.remaining(), bytes.remaining());
            plain.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (!plain.hasRemaining()) {
                pack();
            }
        }
    }

    private void pack() throws IOException {
        plain.flip();
        int count = plain.remaining();
        deflater.reset();
        deflater.setInput(plain.array(), 0, count);
        deflater.finish();
        int size = deflater.deflate(packed, Frames.HEAD, count);
        if (!deflater.finished() || size >= count) {
            size = count;
            plain.get(packed, Frames.HEAD, count);
        }
        ByteBuffer frame = ByteBuffer.wrap(packed, 0, Frames.HEAD + size);
        frame.putInt(0, count).putInt(Integer.BYTES, size);
        kept.write(frame);
        plain.clear();
    }

    @Override
    public List<Blob> finish() throws IOException {
        if (plain.position() > 0) {
            pack();
        }
        return kept.finish();
    }

    @Override
    public void close() {
        deflater.end();
        kept.close();
    }
}
