package io.brume.common.aws.sigv4;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A body behind its framing. Reports the end only when all that was promised of it holds; throws a
 * {@link io.brume.common.aws.Fault} otherwise. One thread at a time.
 */
public final class VerifyingInputStream extends FilterInputStream {
    private final List<BodyCheck> checks;
    private final UnaryOperator<String> trailers;
    private boolean finished;

    VerifyingInputStream(InputStream in, List<BodyCheck> checks, UnaryOperator<String> trailers) {
        super(in);
        this.checks = List.copyOf(checks);
        this.trailers = trailers;
    }

    /** A checksum that followed the body, in base64: known, and found right, at the end. */
    public String trailer(ChecksumAlgorithm algorithm) {
        if (!finished) {
            throw new IllegalStateException("trailers come at the end");
        }
        return trailers.apply(algorithm.header());
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        int got = in.read(target, offset, count);
        if (got > 0) {
            checks.forEach(check -> check.update(target, offset, got));
        } else if (got < 0 && !finished) {
            checks.forEach(BodyCheck::finish);
            finished = true;
        }
        return got;
    }

    /** Reads and checks what it passes over: nothing can be skipped unseen. */
    @Override
    public long skip(long count) throws IOException {
        var scratch = new byte[(int) Math.min(8192, Math.max(0, count))];
        return count <= 0 ? 0 : Math.max(0, read(scratch, 0, scratch.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void mark(int limit) {}

    @Override
    public void reset() throws IOException {
        throw new IOException("a checked body is read once");
    }
}
