package io.brume.storage.object.index.codec;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.proto.object.v1.CompletionRecord;
import io.brume.proto.object.v1.PartRecord;
import io.brume.proto.object.v1.UploadRecord;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.Optional;

/** Uploads, their parts, and what they became. */
public final class UploadCodec {
    static final Codec<Upload> UPLOAD =
            Records.codec(UploadRecord.parser(), UploadCodec::record, UploadCodec::upload);
    static final Codec<UploadPart> PART =
            Records.codec(PartRecord.parser(), UploadCodec::record, UploadCodec::part);
    static final Codec<Completion> COMPLETION =
            Records.codec(
                    CompletionRecord.parser(),
                    completion ->
                            CompletionRecord.newBuilder()
                                    .setKey(completion.key().value())
                                    .setSequence(completion.sequence())
                                    .build(),
                    record -> new Completion(new ObjectKey(record.getKey()), record.getSequence()));

    private UploadCodec() {}

    public static UploadRecord record(Upload upload) {
        return UploadRecord.newBuilder()
                .setKey(upload.key().value())
                .setId(upload.id())
                .setOwner(upload.owner().value())
                .setInitiatedMillis(upload.initiated().toEpochMilli())
                .setStorageClass(Records.text(upload.storageClass()))
                .setChecksum(upload.checksum().map(ChecksumAlgorithm::name).orElse(""))
                .setComposite(upload.composite())
                .putAllHeaders(Records.sorted(upload.headers()))
                .putAllTags(Records.sorted(upload.tags()))
                .putAllSettings(Records.texts(upload.settings()))
                .build();
    }

    public static Upload upload(UploadRecord record) {
        return new Upload(
                new ObjectKey(record.getKey()),
                record.getId(),
                new AccountId(record.getOwner()),
                Instant.ofEpochMilli(record.getInitiatedMillis()),
                Records.storageClass(record.getStorageClass()),
                record.getChecksum().isEmpty()
                        ? Optional.empty()
                        : Optional.of(ChecksumAlgorithm.valueOf(record.getChecksum())),
                record.getComposite(),
                record.getHeadersMap(),
                record.getTagsMap(),
                Records.settings(record.getSettingsMap()));
    }

    public static PartRecord record(UploadPart part) {
        PartRecord.Builder record =
                PartRecord.newBuilder()
                        .setNumber(part.number())
                        .setSize(part.size())
                        .setEtag(part.etag())
                        .setModifiedMillis(part.modified().toEpochMilli());
        part.checksum().ifPresent(sum -> record.setChecksum(Records.record(sum)));
        part.blobs().forEach(blob -> record.addBlobs(Records.record(blob)));
        return record.build();
    }

    public static UploadPart part(PartRecord record) {
        return new UploadPart(
                record.getNumber(),
                record.getSize(),
                record.getEtag(),
                record.hasChecksum()
                        ? Optional.of(Records.checksum(record.getChecksum()))
                        : Optional.empty(),
                Instant.ofEpochMilli(record.getModifiedMillis()),
                Records.blobs(record.getBlobsList()));
    }
}
