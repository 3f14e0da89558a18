package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.s3.CanonicalUser;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.XmlText;
import io.brume.storage.object.s3.http.Answer;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** ListObjects and ListObjectsV2. Thread-safe. */
public final class ObjectLists {
    private static final int ROOM_FOR_EACH = 400;

    private final S3Parts parts;
    private final Access access;

    public ObjectLists(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    /** ListObjectsV2. */
    public Answer listV2(String bucketName, Query query) {
        var bucket = bucket(bucketName);
        var request = request(query, afterV2(query));
        var page = page(bucket, request);
        var encoding = Listing.encoding(query.get("encoding-type"));
        var out = begin(page, bucket, request, encoding, query);
        query.get("start-after").ifPresent(text -> out.leaf("StartAfter", encoding.apply(text)));
        out.leaf("KeyCount", page.items().size() + page.commonPrefixes().size());
        query.get("continuation-token").ifPresent(text -> out.leaf("ContinuationToken", text));
        if (page.more()) {
            out.leaf("NextContinuationToken", Tokens.of(page.next()));
        }
        return end(out, page, query.text("fetch-owner").equals("true"), encoding);
    }

    /** ListObjects, as it was before. */
    public Answer listV1(String bucketName, Query query) {
        var bucket = bucket(bucketName);
        var request = request(query, query.text("marker"));
        var page = page(bucket, request);
        var encoding = Listing.encoding(query.get("encoding-type"));
        var out = begin(page, bucket, request, encoding, query);
        out.leaf("Marker", encoding.apply(query.text("marker")));
        if (page.more() && !request.delimiter().isEmpty()) {
            out.leaf("NextMarker", encoding.apply(page.next()));
        }
        return end(out, page, true, encoding);
    }

    private Bucket bucket(String name) {
        var bucket = access.bucket(name);
        access.demand("s3:ListBucket", bucket);
        return bucket;
    }

    private static String afterV2(Query query) {
        var token = query.get("continuation-token");
        if (token.isPresent() && token.get().isEmpty()) {
            throw S3Faults.invalidArgument("The continuation token provided is incorrect");
        }
        return token.map(Tokens::read).orElse(query.text("start-after"));
    }

    private static ListRequest request(Query query, String after) {
        return new ListRequest(
                query.text("prefix"),
                query.text("delimiter"),
                after,
                "",
                Listing.limit(query.get("max-keys"), "max-keys"));
    }

    private ListPage<ObjectVersion> page(Bucket bucket, ListRequest request) {
        return request.limit() == 0
                ? new ListPage<>(List.of(), List.of(), false, "", "")
                : parts.index().list(bucket.name(), request);
    }

    private static XmlText begin(
            ListPage<ObjectVersion> page,
            Bucket bucket,
            ListRequest request,
            UnaryOperator<String> encoding,
            Query query) {
        var out =
                new XmlText(
                                512
                                        + ROOM_FOR_EACH
                                                * (page.items().size()
                                                        + page.commonPrefixes().size()))
                        .root("ListBucketResult")
                        .plain("Name", bucket.name().value())
                        .leaf("Prefix", encoding.apply(request.prefix()))
                        .leaf("MaxKeys", request.limit());
        if (!request.delimiter().isEmpty()) {
            out.leaf("Delimiter", encoding.apply(request.delimiter()));
        }
        query.get("encoding-type").ifPresent(type -> out.leaf("EncodingType", type));
        return out.leaf("IsTruncated", String.valueOf(page.more()));
    }

    private static Answer end(
            XmlText out,
            ListPage<ObjectVersion> page,
            boolean owner,
            UnaryOperator<String> encoding) {
        for (var version : page.items()) {
            object(out, version, owner, encoding);
        }
        for (var prefix : page.commonPrefixes()) {
            out.open("CommonPrefixes")
                    .leaf("Prefix", encoding.apply(prefix))
                    .close("CommonPrefixes");
        }
        return Answer.of(
                200,
                Map.of("Content-Type", "application/xml"),
                out.close("ListBucketResult").toBytes());
    }

    private static void object(
            XmlText out, ObjectVersion version, boolean owner, UnaryOperator<String> encoding) {
        var content = version.content().orElseThrow();
        out.open("Contents")
                .leaf("Key", encoding.apply(version.key().value()))
                .plain("LastModified", IsoTime.print(version.modified()))
                .open("ETag")
                .plain("&quot;")
                .plain(content.etag())
                .plain("&quot;")
                .close("ETag");
        content.checksum()
                .ifPresent(checksum ->
                        out.plain("ChecksumAlgorithm", checksum.algorithm().name())
                                .plain("ChecksumType", Replies.type(checksum)));
        out.leaf("Size", content.size());
        if (owner) {
            out.open("Owner").plain("ID", CanonicalUser.id(version.owner())).close("Owner");
        }
        out.plain("StorageClass", content.storageClass().name()).close("Contents");
    }
}
