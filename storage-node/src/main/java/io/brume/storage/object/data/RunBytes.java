package io.brume.storage.object.data;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a run, taken some at a time, wherever they are. To one thread. */
public final class RunBytes {
    private final ContentReader.Run run;
    private long done;

    public RunBytes(ContentReader.Run run) {
        this.run = requireNonNull(run);
    }

    public long left() {
        return run.length() - done;
    }

    /** The next bytes, at most so many; good as long as the run is. */
    public ByteBuffer take(int most) throws IOException {
        int count = (int) Math.min(most, left());
        var taken =
                switch (run) {
                    case ContentReader.Run.Memory(var bytes) ->
                            bytes.slice(bytes.position() + (int) done, count);
                    case ContentReader.Run.Region(var file, var position, var length) -> {
                        var buffer = ByteBuffer.allocate(count);
                        while (buffer.hasRemaining()) {
                            if (file.read(buffer, position + done + buffer.position()) < 0) {
                                throw new EOFException("a file ends before its run");
                            }
                        }
                        yield buffer.flip();
                    }
                };
        done += count;
        return taken;
    }
}
