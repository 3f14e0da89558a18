package io.brume.control.fleet;

import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One interactive serial console of an instance. The two streams block, so use them from virtual
 * threads, one thread each. Closing it from any thread ends both; the instance does not notice.
 */
public interface ConsoleChannel extends Closeable {
    /** What the instance writes; ends when the instance stops or its host is lost. */
    InputStream output();

    /** What the instance is to read; blocks while the host does not keep up. */
    OutputStream input();

    @Override
    void close();
}
