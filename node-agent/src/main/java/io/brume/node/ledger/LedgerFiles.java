package io.brume.node.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The seam through which tests make the ledger's disk fail. */
interface LedgerFiles {
    LedgerFiles REAL =
            new LedgerFiles() {
                @Override
                public FileChannel open(Path file, OpenOption... options) throws IOException {
                    return FileChannel.open(file, options);
                }

                @Override
                public void syncFolder(Path folder) throws IOException {
                    try (FileChannel channel = FileChannel.open(folder)) {
                        channel.force(true);
                    }
                }
            };

    FileChannel open(Path file, OpenOption... options) throws IOException;

    /** Makes renames in a folder durable. */
    void syncFolder(Path folder) throws IOException;
}
