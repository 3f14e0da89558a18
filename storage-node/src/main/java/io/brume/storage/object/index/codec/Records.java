package io.brume.storage.object.index.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.proto.object.v1.BlobRecord;
import io.brume.proto.object.v1.ChecksumRecord;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.StorageClass;
import io.brume.store.Codec;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** What the codecs of all records share. */
public final class Records {
    private Records() {}

    /** A codec by way of a protobuf message. */
    static <V, M extends Message> Codec<V> codec(
            Parser<M> parser, Function<V, M> toMessage, Function<M, V> fromMessage) {
        return Codec.of(
                value -> toMessage.apply(value).toByteArray(),
                bytes -> {
                    try {
                        return fromMessage.apply(parser.parseFrom(bytes));
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalArgumentException("not a stored record", e);
                    }
                });
    }

    public static BlobRecord record(Blob blob) {
        return BlobRecord.newBuilder()
                .setHigh(blob.id().high())
                .setLow(blob.id().low())
                .setLength(blob.length())
                .build();
    }

    public static Blob blob(BlobRecord record) {
        return new Blob(new BlobId(record.getHigh(), record.getLow()), record.getLength());
    }

    public static List<Blob> blobs(List<BlobRecord> records) {
        return records.stream().map(Records::blob).toList();
    }

    static ChecksumRecord record(ObjectChecksum checksum) {
        return ChecksumRecord.newBuilder()
                .setAlgorithm(checksum.algorithm().name())
                .setBase64(checksum.base64())
                .setComposite(checksum.composite())
                .build();
    }

    static ObjectChecksum checksum(ChecksumRecord record) {
        return new ObjectChecksum(
                ChecksumAlgorithm.valueOf(record.getAlgorithm()),
                record.getBase64(),
                record.getComposite());
    }

    /** The usual class takes no space. */
    static String text(StorageClass storageClass) {
        return storageClass == StorageClass.STANDARD ? "" : storageClass.name();
    }

    static StorageClass storageClass(String text) {
        return text.isEmpty() ? StorageClass.STANDARD : StorageClass.valueOf(text);
    }

    /** In one order, so that equal records have equal bytes. */
    public static SortedMap<String, String> sorted(Map<String, String> texts) {
        return new TreeMap<>(texts);
    }

    static SortedMap<String, String> texts(Map<ObjectSetting, String> settings) {
        SortedMap<String, String> texts = new TreeMap<>();
        settings.forEach((setting, document) -> texts.put(setting.name(), document));
        return texts;
    }

    static Map<ObjectSetting, String> settings(Map<String, String> texts) {
        if (texts.isEmpty()) {
            return Map.of();
        }
        Map<ObjectSetting, String> settings = new EnumMap<>(ObjectSetting.class);
        texts.forEach((name, document) -> settings.put(ObjectSetting.valueOf(name), document));
        return settings;
    }
}
