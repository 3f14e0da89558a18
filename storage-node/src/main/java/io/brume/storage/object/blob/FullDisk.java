package io.brume.storage.object.blob;

import io.brume.storage.block.files.FullDiskException;
import io.brume.storage.object.data.NoSpaceException;
import java.io.IOException;

/** What a failure of the disk means to those who write objects. */
final class FullDisk {
    private FullDisk() {}

    /** The failure itself, or that there is no space. */
    static IOException told(IOException failure) {
        if (failure instanceof NoSpaceException || !FullDiskException.is(failure)) {
            return failure;
        }
        var full = new NoSpaceException("the disk is full");
        full.initCause(failure);
        return full;
    }
}
