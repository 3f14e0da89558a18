package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Bytes of a file on their way to a socket without a copy. Unlike Netty's own regions it leaves the
 * file open, which belongs to others.
 */
final class FileRun extends AbstractReferenceCounted implements FileRegion {
    private final FileChannel file;
    private final long position;
    private final long count;
    private long transferred;

    FileRun(FileChannel file, long position, long count) {
        this.file = requireNonNull(file);
        this.position = position;
        this.count = count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    @Deprecated
    public long transfered() {
        return transferred;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long transferTo(WritableByteChannel target, long offset) throws IOException {
        long left = count - offset;
        if (left <= 0) {
            return 0;
        }
        long moved = file.transferTo(position + offset, left, target);
        if (moved > 0) {
            transferred += moved;
        } else if (position + offset >= file.size()) {
            throw new EOFException("the file ends before its run");
        }
        return moved;
    }

    @Override
    protected void deallocate() {}

    @Override
    public FileRun retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRun retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRun touch() {
        return this;
    }

    @Override
    public FileRun touch(Object hint) {
        return this;
    }
}
