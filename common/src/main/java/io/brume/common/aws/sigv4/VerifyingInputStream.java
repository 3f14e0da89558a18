package io.brume.common.aws.sigv4;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Runs the {@link BodyCheck}s over a body; reports the end only when all of them hold. One thread
 * at a time.
 */
final class VerifyingInputStream extends FilterInputStream {
    private final List<BodyCheck> checks;
    private boolean finished;

    VerifyingInputStream(InputStream in, List<BodyCheck> checks) {
        super(in);
        this.checks = List.copyOf(checks);
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
