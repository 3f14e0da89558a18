package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.Payload;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.http.Answer;
import io.brume.storage.object.s3.operation.AttributeOperations;
import io.brume.storage.object.s3.operation.BucketOperations;
import io.brume.storage.object.s3.operation.CopyOperations;
import io.brume.storage.object.s3.operation.DeleteOperations;
import io.brume.storage.object.s3.operation.ObjectLists;
import io.brume.storage.object.s3.operation.ObjectPuts;
import io.brume.storage.object.s3.operation.ObjectReads;
import io.brume.storage.object.s3.operation.PartPuts;
import io.brume.storage.object.s3.operation.S3Parts;
import io.brume.storage.object.s3.operation.TaggingOperations;
import io.brume.storage.object.s3.operation.UploadOperations;
import io.brume.storage.object.s3.operation.VersionOperations;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which operation a request means, and who carries it out: those that move bytes, or are called
 * most, by their own classes, all others over AWS's model. Thread-safe.
 */
final class Operations {
    private final ObjectReads reads;
    private final ObjectPuts puts;
    private final PartPuts partPuts;
    private final ObjectLists lists;
    private final ModelCalls models;
    private final Optional<ModelCalls> control;
    private final Predicate<HttpCall> controls;

    Operations(DoorOptions options) {
        var parts = options.parts();
        this.reads = new ObjectReads(parts);
        this.puts = new ObjectPuts(parts);
        this.partPuts = new PartPuts(parts);
        this.lists = new ObjectLists(parts);
        this.models = ModelCalls.of(nouns(parts, options.nouns()));
        this.control = options.control().map(one -> new ModelCalls(one.service()));
        this.controls = options.control().map(DoorOptions.Control::meant).orElse(head -> false);
    }

    private static List<S3Noun> nouns(S3Parts parts, List<S3Noun> further) {
        var nouns =
                new ArrayList<S3Noun>(
                        List.of(
                                new BucketOperations(parts),
                                new VersionOperations(parts),
                                new CopyOperations(parts),
                                new DeleteOperations(parts),
                                new TaggingOperations(parts),
                                new AttributeOperations(parts),
                                new UploadOperations(parts)));
        nouns.addAll(further);
        return nouns;
    }

    /**
     * AWS's name of the operation.
     *
     * @throws io.brume.common.aws.Fault when there is none
     */
    String name(Target target) {
        var head = target.head();
        if (isControl(head)) {
            return control.flatMap(one -> one.meant(head)).orElseThrow(S3Faults::methodNotAllowed);
        }
        if (target.key().isPresent() && isPlain(head.query())) {
            switch (head.method()) {
                case "GET" -> {
                    return "GetObject";
                }
                case "HEAD" -> {
                    return "HeadObject";
                }
                case "PUT" -> {
                    if (!head.headers().containsKey("x-amz-copy-source")) {
                        return "PutObject";
                    }
                }
                default -> {}
            }
        }
        return models.meant(head).orElseThrow(S3Faults::methodNotAllowed);
    }

    /** Whether a request is for S3 Control, which has paths and no buckets. */
    boolean isControl(HttpCall head) {
        return controls.test(head);
    }

    /** Whether the query only signs, which says nothing of the operation. */
    private static boolean isPlain(String query) {
        for (int at = 0; at < query.length(); ) {
            if (!query.startsWith("X-Amz-", at) && !query.startsWith("response-", at)) {
                return false;
            }
            int next = query.indexOf('&', at);
            at = next < 0 ? query.length() : next + 1;
        }
        return true;
    }

    /** Carries it out. The body is read by whoever wants it. */
    Answer call(String name, Target target, Payload payload, InputStream body) {
        if (isControl(target.head())) {
            return control.orElseThrow().call(name, payload, body);
        }
        var query = Query.parse(target.head().query());
        var bucket = target.bucket().orElse("");
        var key = target.key().orElse("");
        return switch (name) {
            case "GetObject", "HeadObject" -> reads.read(bucket, key, query);
            case "PutObject" -> {
                demandWhole(query);
                yield puts.put(bucket, key, payload, body);
            }
            case "UploadPart" -> partPuts.put(bucket, key, query, payload, body);
            case "ListObjects" -> lists.listV1(bucket, query);
            case "ListObjectsV2" -> lists.listV2(bucket, query);
            default -> models.call(requireNonNull(name), payload, body);
        };
    }

    /** A part without its upload must not become the object. */
    private static void demandWhole(Query query) {
        if (query.has("partNumber") || query.has("uploadId")) {
            throw S3Faults.invalidArgument(
                    "This operation does not accept a partNumber without an uploadId, or an"
                            + " uploadId without a partNumber.");
        }
    }
}
