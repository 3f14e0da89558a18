package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;

/** Copies of whole objects. */
public final class CopyOperations extends S3Noun {
    private final S3Parts parts;
    private final Access access;
    private final Intake intake;

    public CopyOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
        this.intake = new Intake(parts.data());
    }

    /** What the request changes on the way. */
    private record Changes(boolean metadata, boolean tags) {
        static Changes of(HttpCall head) {
            return new Changes(
                    replaces(head.header("x-amz-metadata-directive"), "metadata"),
                    replaces(head.header("x-amz-tagging-directive"), "tagging"));
        }

        private static boolean replaces(@Nullable String directive, String what) {
            return switch (directive) {
                case null -> false;
                case "COPY" -> false;
                case "REPLACE" -> true;
                default -> throw S3Faults.invalidArgument("Unknown " + what + " directive.");
            };
        }
    }

    @Override
    public CopyObjectResponse copyObject(CopyObjectRequest request) {
        var caller = Caller.current();
        var head = caller.head();
        var name = CopySource.Name.of(request);
        var bucket = access.bucket(request.destinationBucket());
        var key = Access.key(request.destinationKey());
        ObjectHeaders.demandBuilt(head);
        var changes = Changes.of(head);
        var storageClass = ObjectHeaders.storageClass(head);
        var condition = WriteConditions.of(request.ifMatch(), request.ifNoneMatch());
        var source = CopySource.find(parts, access, name);
        var plan = parts.encryptions().planned(head, bucket, key);
        demandChange(name, source, bucket, key, changes, storageClass, head, plan);
        demandSize(source.content().size());
        var tags =
                changes.tags()
                        ? Tags.ofHeader(head.header("x-amz-tagging"))
                        : source.version().tags();
        PutDemands.demand(access, bucket, key, head, tags);
        var settings = plan.with(parts.objectRules().settings(caller, bucket));
        var algorithm = algorithm(request.checksumAlgorithmAsString(), source.content());
        var claim = new BlobClaim(bucket.number(), key, Optional.empty());
        var stored = store(claim, source, algorithm, plan, storageClass);
        var object =
                new NewObject(
                        key,
                        parts.objectRules().owner(caller, bucket),
                        stored.content(storageClass),
                        headers(changes, source.version(), head),
                        tags,
                        settings);
        var version =
                intake.commit(stored, () -> parts.index().put(bucket.name(), object, condition));
        return CopyObjectResponse.builder()
                .copyObjectResult(result(version))
                .applyMutation(answer -> EncryptionReplies.of(plan.headers(), answer))
                .copySourceVersionId(source.versionShown().orElse(null))
                .versionId(Replies.version(bucket, version).orElse(null))
                .build();
    }

    private static void demandChange(
            CopySource.Name name,
            CopySource source,
            Bucket bucket,
            ObjectKey key,
            Changes changes,
            StorageClass storageClass,
            HttpCall head,
            Encryptions.Plan plan) {
        boolean itself =
                name.version().isEmpty()
                        && source.bucket().number() == bucket.number()
                        && source.key().equals(key);
        if (itself
                && !changes.metadata()
                && !changes.tags()
                && storageClass == source.content().storageClass()
                && plan.key().isEmpty()
                && source.encryption().isEmpty()
                && head.header(ObjectHeaders.REDIRECT) == null) {
            throw S3Faults.invalidRequest(
                    "This copy request is illegal because it is trying to copy an object to itself"
                        + " without changing the object's metadata, storage class, website redirect"
                        + " location or encryption attributes.");
        }
    }

    static void demandSize(long size) {
        if (size > Intake.MOST) {
            throw S3Faults.invalidRequest(
                    "The specified copy source is larger than the maximum allowable size for a copy"
                            + " source: "
                            + Intake.MOST);
        }
    }

    private Stored store(
            BlobClaim claim,
            CopySource source,
            ChecksumAlgorithm algorithm,
            Encryptions.Plan plan,
            StorageClass storageClass) {
        long size = source.content().size();
        try {
            return intake.copy(
                    claim,
                    size,
                    source.read(parts, new ByteRange(0, size)),
                    algorithm,
                    plan,
                    storageClass);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChecksumAlgorithm algorithm(@Nullable String named, ObjectContent content) {
        if (named == null) {
            return content.checksum().map(ObjectChecksum::algorithm).orElse(ChecksumChoice.USUAL);
        }
        return UploadBegin.algorithm(named);
    }

    /** The redirect is the page's, and is not copied with it. */
    private static Map<String, String> headers(
            Changes changes, ObjectVersion source, HttpCall head) {
        if (changes.metadata()) {
            return ObjectHeaders.kept(head);
        }
        var headers = new HashMap<>(source.headers());
        headers.remove(ObjectHeaders.REDIRECT);
        var redirect = ObjectHeaders.kept(head).get(ObjectHeaders.REDIRECT);
        if (redirect != null) {
            headers.put(ObjectHeaders.REDIRECT, redirect);
        }
        return headers;
    }

    private static CopyObjectResult result(ObjectVersion version) {
        var content = version.content().orElseThrow();
        var checksum = content.checksum();
        return CopyObjectResult.builder()
                .eTag(ETags.quoted(content.etag()))
                .lastModified(version.modified())
                .checksumType(checksum.map(Replies::type).orElse(null))
                .checksumCRC32(Replies.value(checksum, ChecksumAlgorithm.CRC32))
                .checksumCRC32C(Replies.value(checksum, ChecksumAlgorithm.CRC32C))
                .checksumCRC64NVME(Replies.value(checksum, ChecksumAlgorithm.CRC64NVME))
                .checksumSHA1(Replies.value(checksum, ChecksumAlgorithm.SHA1))
                .checksumSHA256(Replies.value(checksum, ChecksumAlgorithm.SHA256))
                .build();
    }
}
