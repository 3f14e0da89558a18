package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.state.OpenSnapshots;
import io.brume.control.state.Snapshots;
import io.brume.store.Store;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/**
 * CompleteSnapshot: no more blocks come; what has come is what the client says, or the snapshot is
 * in error. The nodes seal it, and reconcilers complete it.
 */
final class SnapshotCompletion {
    private static final Logger log = LoggerFactory.getLogger(SnapshotCompletion.class);

    /** Longer than a block may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Store store;
    private final WritesUnderWay writes;

    SnapshotCompletion(Store store, WritesUnderWay writes) {
        this.store = requireNonNull(store);
        this.writes = requireNonNull(writes);
    }

    CompleteSnapshotResponse complete(CompleteSnapshotRequest request) {
        checkChecksumMembers(request);
        var caller = CallContext.current().account();
        var snapshot = store.view(tx -> Access.own(tx, caller, request.snapshotId()));
        if (snapshot.isOfVolume()) {
            throw Faults.invalidSnapshot(
                    "The snapshot '%s' was not started by StartSnapshot.".formatted(snapshot.id()));
        }
        if (snapshot.isWritable()) {
            snapshot = complete(caller, snapshot.id(), request);
        }
        return CompleteSnapshotResponse.builder().status(snapshot.state().awsName()).build();
    }

    private static void checkChecksumMembers(CompleteSnapshotRequest request) {
        var algorithm = request.checksumAlgorithmAsString();
        var method = request.checksumAggregationMethodAsString();
        if (request.checksum() == null && algorithm == null && method == null) {
            return;
        }
        demand(request.checksum(), "Snapshot checksum");
        demand(algorithm, "Checksum algorithm");
        demand(method, "Checksum aggregation method");
        if (!ChecksumAlgorithm.SHA256.toString().equals(algorithm)) {
            throw Faults.invalidValue(
                    "Unsupported Checksum Algorithm '%s', supported algorithms are SHA256"
                            .formatted(algorithm));
        }
        if (!ChecksumAggregationMethod.LINEAR.toString().equals(method)) {
            throw Faults.invalidValue(
                    "Unsupported Checksum Aggregation Method '%s', supported methods are LINEAR"
                            .formatted(method));
        }
    }

    private static void demand(@Nullable String member, String name) {
        if (member == null) {
            throw Faults.invalidValue(
                    "Invalid parameter combination. %s is missing.".formatted(name));
        }
    }

    private Snapshot complete(AccountId caller, SnapshotId id, CompleteSnapshotRequest request) {
        try {
            if (!writes.seal(id, PATIENCE)) {
                throw Faults.invalid(
                        ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE,
                        "Blocks of the snapshot are being written.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Faults.internal("The snapshot was not completed.", e);
        }
        try {
            boolean asSaid = isAsSaid(id, request);
            return store.transact(tx -> {
                var snapshot = Access.own(tx, caller, id.value());
                if (!snapshot.isWritable()) {
                    return snapshot;
                }
                var after =
                        asSaid
                                ? snapshot.sealed()
                                : snapshot.apply(SnapshotState.Event.LOST).sealed();
                Snapshots.put(tx, after);
                return after;
            });
        } finally {
            writes.unseal(id);
        }
    }

    /** Whether as many blocks have come as the client says, and those that it says. */
    private boolean isAsSaid(SnapshotId id, CompleteSnapshotRequest request) {
        var tally = new Tally();
        OpenSnapshots.blocks(
                store,
                id,
                (block, index) -> {
                    if (!block.everywhere()) {
                        throw Faults.invalid(
                                ValidationExceptionReason.INVALID_BLOCK,
                                "Block %d was not written completely. Write it again."
                                        .formatted(index));
                    }
                    tally.add(block.checksum());
                });
        boolean counts = tally.count == request.changedBlocksCount();
        boolean matches = request.checksum() == null || tally.checksum().equals(request.checksum());
        if (!counts || !matches) {
            log.info(
                    "{} is in error: {} blocks were written and {} announced, checksum {}",
                    id,
                    tally.count,
                    request.changedBlocksCount(),
                    matches ? "as announced" : "another one");
        }
        return counts && matches;
    }

    /** LINEAR: the SHA-256 of the blocks' SHA-256s, one after the other in their order. */
    private static final class Tally {
        private final MessageDigest digest = BlockReading.sha256();
        private int count;

        void add(String checksum) {
            digest.update(Base64.getDecoder().decode(checksum));
            count++;
        }

        String checksum() {
            return Base64.getEncoder().encodeToString(digest.digest());
        }
    }
}
