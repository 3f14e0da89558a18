package io.brume.node.instance;

import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;

/** One side of an interactive serial console. Closing it leaves the guest as it is. */
public interface SerialConsole extends Closeable {
    /** What the guest writes; ends when the guest does. */
    InputStream output();

    /** What the guest is to read. */
    OutputStream input();
}
