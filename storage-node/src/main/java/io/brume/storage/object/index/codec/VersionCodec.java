package io.brume.storage.object.index.codec;

import io.brume.proto.object.v1.ContentRecord;
import io.brume.proto.object.v1.ContentRowsRecord;
import io.brume.proto.object.v1.PartNumbersRecord;
import io.brume.proto.object.v1.PartSummaryRecord;
import io.brume.proto.object.v1.VersionRecord;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.model.VersionId;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Versions of objects, and which parts they are made of. */
public final class VersionCodec {
    static final Codec<StoredVersion> CODEC =
            Records.codec(VersionRecord.parser(), VersionCodec::record, VersionCodec::version);
    static final Codec<PartNumbers> NUMBERS =
            Records.codec(
                    PartNumbersRecord.parser(),
                    numbers -> PartNumbersRecord.newBuilder().addAllNumbers(pairs(numbers)).build(),
                    record -> numbers(record.getNumbersList()));

    private VersionCodec() {}

    public static VersionRecord record(StoredVersion version) {
        VersionRecord.Builder record =
                VersionRecord.newBuilder()
                        .setVersionId(
                                version.versionId().isNull() ? "" : version.versionId().value())
                        .setSequence(version.sequence())
                        .setModifiedMillis(version.modified().toEpochMilli())
                        .setOwner(version.owner().value())
                        .putAllHeaders(Records.sorted(version.headers()))
                        .putAllTags(Records.sorted(version.tags()))
                        .putAllSettings(Records.texts(version.settings()));
        version.content().ifPresent(content -> record.setContent(record(content, version.rows())));
        return record.build();
    }

    private static ContentRecord record(ObjectContent content, Optional<ContentRows> rows) {
        ContentRecord.Builder record =
                ContentRecord.newBuilder()
                        .setSize(content.size())
                        .setEtag(content.etag())
                        .setStorageClass(Records.text(content.storageClass()));
        content.checksum().ifPresent(sum -> record.setChecksum(Records.record(sum)));
        content.blobs().forEach(blob -> record.addBlobs(Records.record(blob)));
        content.restored().forEach(blob -> record.addRestored(Records.record(blob)));
        for (PartSummary part : content.parts()) {
            record.addParts(
                    PartSummaryRecord.newBuilder()
                            .setNumber(part.number())
                            .setSize(part.size())
                            .setChecksum(part.checksum().orElse("")));
        }
        rows.ifPresent(there ->
                record.setRows(
                        ContentRowsRecord.newBuilder()
                                .setList(there.list())
                                .setUpload(there.upload())
                                .addAllNumbers(pairs(there.numbers()))));
        return record.build();
    }

    public static StoredVersion version(VersionRecord record) {
        boolean object = record.hasContent();
        ContentRecord content = record.getContent();
        return new StoredVersion(
                id(record.getVersionId()),
                record.getSequence(),
                Instant.ofEpochMilli(record.getModifiedMillis()),
                new AccountId(record.getOwner()),
                object ? Optional.of(content(content)) : Optional.empty(),
                content.hasRows() ? Optional.of(rows(content.getRows())) : Optional.empty(),
                record.getHeadersMap(),
                record.getTagsMap(),
                Records.settings(record.getSettingsMap()));
    }

    static VersionId id(String text) {
        return text.isEmpty() ? VersionId.NULL : new VersionId(text);
    }

    private static ObjectContent content(ContentRecord record) {
        return new ObjectContent(
                record.getSize(),
                record.getEtag(),
                Records.storageClass(record.getStorageClass()),
                record.hasChecksum()
                        ? Optional.of(Records.checksum(record.getChecksum()))
                        : Optional.empty(),
                record.getPartsList().stream()
                        .map(part ->
                                new PartSummary(
                                        part.getNumber(),
                                        part.getSize(),
                                        part.getChecksum().isEmpty()
                                                ? Optional.empty()
                                                : Optional.of(part.getChecksum())))
                        .toList(),
                Records.blobs(record.getBlobsList()),
                Records.blobs(record.getRestoredList()));
    }

    private static ContentRows rows(ContentRowsRecord record) {
        return new ContentRows(
                record.getList(), record.getUpload(), numbers(record.getNumbersList()));
    }

    private static List<Integer> pairs(PartNumbers numbers) {
        List<Integer> pairs = new ArrayList<>();
        for (PartNumbers.Run run : numbers.runs()) {
            pairs.add(run.first());
            pairs.add(run.last());
        }
        return pairs;
    }

    private static PartNumbers numbers(List<Integer> pairs) {
        List<PartNumbers.Run> runs = new ArrayList<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            runs.add(new PartNumbers.Run(pairs.get(i), pairs.get(i + 1)));
        }
        return new PartNumbers(runs);
    }
}
