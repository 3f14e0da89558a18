package io.brume.control.store.codec;

import com.google.protobuf.ByteString;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.snapshot.OpenSnapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.WrittenBlock;
import io.brume.proto.state.v1.OpenSnapshotRecord;
import io.brume.proto.state.v1.WrittenBlockRecord;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.time.Duration;
import java.util.Base64;

/** Snapshots that are written from outside, and the blocks that have come; gone when complete. */
public final class OpenSnapshotTables {
    /** By (snapshot, index): the blocks of a snapshot lie together, in order. */
    public static final PairKeyCodec<BlockKey, SnapshotId, Integer> BLOCK_KEYS =
            KeyCodec.pair(
                    Keys.id(SnapshotId::new),
                    KeyCodec.int32(),
                    BlockKey::new,
                    BlockKey::snapshot,
                    BlockKey::index);

    public static final PairKeyCodec<Owned<SnapshotId>, AccountId, SnapshotId> KEYS =
            Keys.owned(SnapshotId::new);

    public static final Table<Owned<SnapshotId>, OpenSnapshot> OPEN_SNAPSHOTS =
            Table.of(
                    78,
                    "open-snapshots",
                    KEYS,
                    Messages.codec(
                            OpenSnapshotRecord.parser(),
                            OpenSnapshotTables::record,
                            OpenSnapshotTables::snapshot));

    public static final Table<BlockKey, WrittenBlock> WRITTEN_BLOCKS =
            Table.of(
                    79,
                    "written-blocks",
                    BLOCK_KEYS,
                    Messages.codec(
                            WrittenBlockRecord.parser(),
                            OpenSnapshotTables::record,
                            OpenSnapshotTables::block));

    private OpenSnapshotTables() {}

    /**
     * A block of a snapshot.
     *
     * @param index offset in the volume, in blocks of 512 KiB
     */
    public record BlockKey(SnapshotId snapshot, int index) {}

    private static OpenSnapshotRecord record(OpenSnapshot open) {
        return OpenSnapshotRecord.newBuilder()
                .setTimeoutMinutes(Math.toIntExact(open.timeout().toMinutes()))
                .setTouchedMillis(open.touched().toEpochMilli())
                .build();
    }

    private static OpenSnapshot snapshot(OpenSnapshotRecord record) {
        return new OpenSnapshot(
                Duration.ofMinutes(record.getTimeoutMinutes()),
                Messages.instant(record.getTouchedMillis()));
    }

    private static WrittenBlockRecord record(WrittenBlock block) {
        return WrittenBlockRecord.newBuilder()
                .setSha256(ByteString.copyFrom(Base64.getDecoder().decode(block.checksum())))
                .setEverywhere(block.everywhere())
                .build();
    }

    private static WrittenBlock block(WrittenBlockRecord record) {
        return new WrittenBlock(
                Base64.getEncoder().encodeToString(record.getSha256().toByteArray()),
                record.getEverywhere());
    }
}
