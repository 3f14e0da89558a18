package io.brume.storage.object.data;

import io.brume.storage.object.model.Blob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contents as arrays, for tests. */
public final class ContentBytes {
    private ContentBytes() {}

    /** All bytes that a reader gives; it is closed. */
    public static byte[] read(ContentReader from) throws IOException {
        try (from) {
            var all = new ByteArrayOutputStream();
            for (ContentReader.@Nullable Run run = from.next(); run != null; run = from.next()) {
                switch (run) {
                    case ContentReader.Run.Memory(ByteBuffer bytes) -> {
                        byte[] copy = new byte[bytes.remaining()];
                        bytes.duplicate().get(copy);
                        all.write(copy);
                    }
                    case ContentReader.Run.Region region -> {
                        long sent =
                                region.file()
                                        .transferTo(
                                                region.position(),
                                                region.length(),
                                                Channels.newChannel(all));
                        if (sent != region.length()) {
                            throw new IOException("the file is shorter than its region");
                        }
                    }
                }
            }
            return all.toByteArray();
        }
    }

    /** Stores an array. */
    public static List<Blob> write(ObjectData data, BlobClaim claim, byte[] bytes, long expected)
            throws IOException {
        try (ContentWriter writer = data.write(claim, expected)) {
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, 1 + (at * 7 + 9999) % 100_000);
                writer.write(ByteBuffer.wrap(bytes, at, count));
                at += count;
            }
            return writer.finish();
        }
    }
}
