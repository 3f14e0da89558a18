package io.brume.storage.object.archive;

import io.brume.storage.object.data.ContentInput;
import io.brume.storage.object.data.ContentReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Gives what was packed, a frame at a time. See {@link Frames}. */
final class UnpackingReader implements ContentReader {
    private final ContentInput packed;
    private final Inflater inflater = new Inflater(true);
    private final byte[] in = new byte[Frames.MOST];
    private final byte[] out = new byte[Frames.MOST];

    /**
     * @param packed is closed with this
     */
    UnpackingReader(ContentReader packed) {
        this.packed = new ContentInput(packed);
    }

    @Override
    public @Nullable Run next() throws IOException {
        byte[] head = new byte[Frames.HEAD];
        int there = packed.read(head, Frames.HEAD);
        if (there == 0) {
            return null;
        }
        demand(there == Frames.HEAD);
        int count = ByteBuffer.wrap(head).getInt(0);
        int size = ByteBuffer.wrap(head).getInt(Integer.BYTES);
        demand(count > 0 && count <= Frames.MOST && size > 0 && size <= count);
        demand(packed.read(in, size) == size);
        if (size == count) {
            return new Run.Memory(ByteBuffer.wrap(in, 0, count));
        }
        inflater.reset();
        inflater.setInput(in, 0, size);
        try {
            demand(inflater.inflate(out, 0, count) == count);
        } catch (DataFormatException e) {
            throw new IOException("a packed content is damaged", e);
        }
        return new Run.Memory(ByteBuffer.wrap(out, 0, count));
    }

    private static void demand(boolean right) throws IOException {
        if (!right) {
            throw new EOFException("a packed content is cut off or damaged");
        }
    }

    @Override
    public void close() {
        inflater.end();
        packed.close();
    }
}
