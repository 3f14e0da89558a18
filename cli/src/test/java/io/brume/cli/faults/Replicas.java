package io.brume.cli.faults;

import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Replica;
import io.brume.storage.block.files.BlockFiles;
import java.nio.ByteBuffer;
import java.util.Random;

/** What lies on the disks of a volume's storage nodes, read without them. */
final class Replicas {
    private final CloudVolume volume;

    Replicas(CloudVolume volume) {
        this.volume = volume;
    }

    /** Ends the cloud's programs, and holds what each disk has against what was acknowledged. */
    void areAllAs(History history) throws Exception {
        volume.cloud.brume("down").ok();
        for (String node : CloudVolume.STORAGE_NODES) {
            try (var store =
                    DiskBlockStore.open(
                            volume.cloud.data.resolve(node).resolve("blocks"),
                            BlockFiles.system(),
                            BlockOptions.STANDARD,
                            new Random())) {
                check(node, store.replica(volume.volume).orElseThrow(), history);
            }
        }
    }

    /** The first settles what nobody saw the outcome of; the others must hold the same. */
    private static void check(String node, Replica replica, History history) throws Exception {
        int step = 64;
        for (int first = 0; first < history.blocks(); first += step) {
            ByteBuffer read = ByteBuffer.allocate(step * (Long.BYTES + NumberedBlock.BYTES));
            long offset = (long) first * NumberedBlock.BYTES;
            boolean any = replica.read(offset, step * NumberedBlock.BYTES, read);
            ByteBuffer bytes =
                    any
                            ? read.flip().position(step * Long.BYTES).slice()
                            : ByteBuffer.allocate(step * NumberedBlock.BYTES);
            try {
                history.check(first, bytes);
            } catch (NumberedBlock.WrongBytesException e) {
                throw new AssertionError(node, e);
            }
        }
    }
}
