package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.fleet.Chunks;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;
import software.amazon.awssdk.services.ebs.model.ListChangedBlocksRequest;
import software.amazon.awssdk.services.ebs.model.ListChangedBlocksResponse;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksRequest;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** Which blocks a snapshot has, and which differ between two snapshots of one lineage. */
final class BlockLists {
    /** Blocks of a page when the request does not say. */
    private static final int USUAL = 10_000;

    /**
     * Rows of each snapshot that one page of differences looks at: where little differs, a page may
     * be empty and go on all the same, as at AWS.
     */
    private static final int LOOKED_AT = 32_768;

    private final Store store;
    private final Nodes nodes;
    private final Tokens tokens;

    BlockLists(Store store, Nodes nodes, Tokens tokens) {
        this.store = requireNonNull(store);
        this.nodes = requireNonNull(nodes);
        this.tokens = requireNonNull(tokens);
    }

    ListSnapshotBlocksResponse list(ListSnapshotBlocksRequest request) {
        var caller = CallContext.current().account();
        var snapshot = store.view(tx -> Access.readable(tx, caller, request.snapshotId()));
        var name = "blocks %s %s".formatted(caller, snapshot.id());
        int from = start(name, request.nextToken(), request.startingBlockIndex());
        int most = requireNonNullElse(request.maxResults(), USUAL);
        var rows = nodes.list(snapshot, from, most + 1);
        var expiry = tokens.blockExpiry();
        var blocks =
                rows.stream()
                        .limit(most)
                        .map(row ->
                                Block.builder()
                                        .blockIndex(row.index())
                                        .blockToken(token(caller, snapshot, row, expiry))
                                        .build())
                        .toList();
        return ListSnapshotBlocksResponse.builder()
                .blocks(blocks)
                .expiryTime(expiry)
                .volumeSize((long) snapshot.sizeGib())
                .blockSize(Chunks.CHUNK)
                .nextToken(rows.size() > most ? tokens.page(name, rows.get(most).index()) : null)
                .build();
    }

    ListChangedBlocksResponse listChanged(ListChangedBlocksRequest request) {
        if (request.firstSnapshotId() == null) {
            throw Faults.invalidSnapshot("First snapshot should not be empty or null");
        }
        var caller = CallContext.current().account();
        var pair = store.view(tx -> pair(tx, caller, request));
        var first = pair.getFirst();
        var second = pair.getLast();
        var name = "changes %s %s %s".formatted(caller, first.id(), second.id());
        int from = start(name, request.nextToken(), request.startingBlockIndex());
        int most = requireNonNullElse(request.maxResults(), USUAL);
        var changes =
                Changes.between(
                        nodes.list(first, from, LOOKED_AT),
                        nodes.list(second, from, LOOKED_AT),
                        LOOKED_AT,
                        most);
        var expiry = tokens.blockExpiry();
        return ListChangedBlocksResponse.builder()
                .changedBlocks(
                        changes.found().stream()
                                .map(change -> show(caller, first, second, change, expiry))
                                .toList())
                .expiryTime(expiry)
                .volumeSize((long) second.sizeGib())
                .blockSize(Chunks.CHUNK)
                .nextToken(
                        changes.next().isPresent()
                                ? tokens.page(name, changes.next().getAsInt())
                                : null)
                .build();
    }

    private static List<Snapshot> pair(
            ReadTransaction tx, AccountId caller, ListChangedBlocksRequest request) {
        var first = Access.readable(tx, caller, request.firstSnapshotId());
        var second = Access.readable(tx, caller, request.secondSnapshotId());
        if (!Access.areRelated(tx, first, second)) {
            throw Faults.invalid(
                    ValidationExceptionReason.UNRELATED_SNAPSHOTS,
                    "The snapshots '%s' and '%s' are not of the same volume or snapshot lineage."
                            .formatted(first.id(), second.id()));
        }
        return List.of(first, second);
    }

    /** A block that the second one lost reads as zeros there. */
    private ChangedBlock show(
            AccountId caller,
            Snapshot first,
            Snapshot second,
            Changes.Change change,
            Instant expiry) {
        var shown =
                ChangedBlock.builder()
                        .blockIndex(change.index())
                        .secondBlockToken(
                                tokens.block(caller, second.id(), change.index(), expiry));
        if (change.inFirst()) {
            shown.firstBlockToken(tokens.block(caller, first.id(), change.index(), expiry));
        }
        return shown.build();
    }

    private String token(AccountId caller, Snapshot snapshot, Chunks.Row row, Instant expiry) {
        return tokens.block(caller, snapshot.id(), row.index(), expiry);
    }

    /** A token comes before an index. */
    private int start(String name, @Nullable String token, @Nullable Integer index) {
        if (token == null) {
            return requireNonNullElse(index, 0);
        }
        return tokens.openPage(name, token)
                .orElseThrow(() ->
                        Faults.invalid(
                                ValidationExceptionReason.INVALID_PAGE_TOKEN,
                                "The pagination token %s is invalid.".formatted(token)));
    }
}
