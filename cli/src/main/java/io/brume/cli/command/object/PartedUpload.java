package io.brume.cli.command.object;

import static java.util.Objects.requireNonNull;

import io.brume.cli.client.CliException;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.client.ServiceException;
import io.brume.cli.output.TransferBar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Puts a large file in parts, a few at once; gives the parts up when one cannot be put. */
final class PartedUpload {
    /** Files of more than this many bytes come in parts. */
    static final long FROM_BYTES = 64L << 20;

    private static final long PART_BYTES = 16L << 20;
    private static final int MOST_PARTS = 10_000;
    private static final int AT_ONCE = 4;

    private final ObjectStore store;
    private final S3Url url;
    private final Path file;
    private final long length;
    private final TransferBar bar;

    PartedUpload(ObjectStore store, S3Url url, Path file, long length, TransferBar bar) {
        this.store = requireNonNull(store);
        this.url = requireNonNull(url);
        this.file = requireNonNull(file);
        this.length = length;
        this.bar = requireNonNull(bar);
    }

    void run(String type) {
        var uploadId = store.beginUpload(url, type);
        boolean done = false;
        try {
            store.completeUpload(url, uploadId, parts(uploadId));
            done = true;
        } finally {
            if (!done) {
                abort(uploadId);
            }
        }
    }

    private List<String> parts(String uploadId) {
        long size = Math.max(PART_BYTES, (length + MOST_PARTS - 1) / MOST_PARTS);
        var etags = new ArrayList<Future<String>>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (long offset = 0; offset < length; offset += size) {
                long begin = offset;
                int number = etags.size() + 1;
                etags.add(
                        threads.submit(() ->
                                store.putPart(
                                        url,
                                        uploadId,
                                        number,
                                        file,
                                        begin,
                                        Math.min(size, length - begin),
                                        bar::moved)));
            }
            try {
                var all = new ArrayList<String>();
                for (var etag : etags) {
                    all.add(etag.get());
                }
                return all;
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof RuntimeException cause
                        ? cause
                        : new CliException(
                                "the upload failed: " + e.getCause(),
                                "try again",
                                CliException.GENERAL,
                                e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new CliException("interrupted", "", CliException.GENERAL, e);
            }
        }
    }

    private void abort(String uploadId) {
        try {
            store.abortUpload(url, uploadId);
        } catch (CliException | ServiceException e) {
            // The failure before this one is what the user is told; a life cycle rule ends uploads.
            bar.moved(0);
        }
    }
}
