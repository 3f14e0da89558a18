package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.fleet.Chunks;
import io.brume.control.state.OpenSnapshots;
import io.brume.control.state.Snapshots;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/**
 * PutSnapshotBlock: one block, to every node of its snapshot before it is answered. A node that
 * does not take it loses the snapshot, as a replica that fails leaves the in-sync set; the last one
 * never does. It is noted in the store before and after, so that a block that only some nodes may
 * have is known, and must be written again before the snapshot can be completed.
 */
final class BlockWriting {
    private static final Logger log = LoggerFactory.getLogger(BlockWriting.class);

    private final Store store;
    private final Nodes nodes;
    private final DataCipher cipher;
    private final WritesUnderWay writes;

    BlockWriting(Store store, Nodes nodes, DataCipher cipher, WritesUnderWay writes) {
        this.store = requireNonNull(store);
        this.nodes = requireNonNull(nodes);
        this.cipher = requireNonNull(cipher);
        this.writes = requireNonNull(writes);
    }

    PutSnapshotBlockResponse put(PutSnapshotBlockRequest request, byte[] data) {
        var algorithm = request.checksumAlgorithmAsString();
        if (!algorithm.equals(ChecksumAlgorithm.SHA256.toString())) {
            throw Faults.invalidValue(
                    "Unsupported Checksum Algorithm '%s', supported algorithms are SHA256"
                            .formatted(algorithm));
        }
        if (data.length != Chunks.CHUNK) {
            throw Faults.invalidValue("Failed to read block data");
        }
        if (request.dataLength() != Chunks.CHUNK) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_BLOCK,
                    "Block data length %d is not valid, expected %d"
                            .formatted(request.dataLength(), Chunks.CHUNK));
        }
        var checksum = BlockReading.checksum(data);
        if (!checksum.equals(request.checksum())) {
            throw Faults.checksumDiffers(checksum, request.checksum());
        }
        write(request, data, checksum);
        return PutSnapshotBlockResponse.builder()
                .checksum(checksum)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .build();
    }

    private void write(PutSnapshotBlockRequest request, byte[] data, String checksum) {
        var call = CallContext.current();
        int index = request.blockIndex();
        var id = store.view(tx -> writable(tx, call.account(), request.snapshotId(), index)).id();
        if (!writes.begin(id, index)) {
            throw Faults.invalid(
                    ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE,
                    "Block %d is being written, or the snapshot completed, by another request."
                            .formatted(index));
        }
        try {
            var snapshot =
                    store.transact(tx -> {
                        var one = writable(tx, call.account(), id.value(), index);
                        OpenSnapshots.begin(tx, one.key(), index, checksum, call.time());
                        return one;
                    });
            var done = nodes.put(snapshot, index, cipher.sealed(snapshot, index, data));
            store.update(tx -> finish(tx, call.account(), snapshot, index, checksum, done));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Faults.internal("The block was not written.", e);
        } finally {
            writes.end(id, index);
        }
    }

    /** A snapshot of the caller's that takes a block at an index. */
    private static Snapshot writable(ReadTransaction tx, AccountId caller, String id, int index) {
        var snapshot = Access.own(tx, caller, id);
        if (!snapshot.isWritable()) {
            throw Faults.invalidSnapshot(
                    snapshot.state() == SnapshotState.ERROR
                            ? "Snapshot is in error state"
                            : "Snapshot is already completed");
        }
        if (index >= snapshot.sizeBytes() / Chunks.CHUNK) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_BLOCK,
                    "Block index %d is beyond the volume size extent".formatted(index));
        }
        return snapshot;
    }

    private static void finish(
            Transaction tx,
            AccountId caller,
            Snapshot written,
            int index,
            String checksum,
            Set<NodeId> done) {
        var snapshot = writable(tx, caller, written.id().value(), index);
        var left = snapshot.nodes().stream().filter(done::contains).toList();
        if (left.isEmpty()) {
            throw Faults.internal("No storage node took the block.", null);
        }
        if (left.size() < snapshot.nodes().size()) {
            log.warn("{} is kept by {} alone: the others failed", snapshot.id(), left);
            Snapshots.put(tx, snapshot.withNodes(left));
        }
        OpenSnapshots.finish(tx, snapshot.id(), index, checksum);
    }
}
