package io.brume.storage.object.s3.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.Api;
import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.Service;
import io.brume.common.aws.Wire;
import io.brume.common.time.Time;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.encryption.AccountKey;
import io.brume.storage.object.s3.encryption.ContentKey;
import io.brume.storage.object.s3.encryption.Encryptions;
import io.brume.store.memory.MemoryStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3control.S3ControlClient;

/** Requests to the operations here as they come over the wire, without a server. */
final class Door {
    static final AccountId OWNER = new AccountId("111122223333");
    static final AccountId OTHER = new AccountId("444455556666");
    static final BucketName PICTURES = new BucketName("pictures");
    static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    static final Map<String, String> NO_HEADERS = Map.of();

    static final Time TIME = at(NOW);

    /** A clock that stands still. */
    static Time at(Instant now) {
        return new Time() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public long nanos() {
                return 0;
            }
        };
    }

    final StoredIndex index = new StoredIndex(MemoryStore.open(), TIME, new Random(1));
    final PolicyAuthorization authorization = new PolicyAuthorization(TIME);
    private final Service s3 =
            new Service(
                    Api.of("s3", S3Client.class),
                    BucketConfiguration.nouns(index, authorization, encryptions(), TIME));
    private final Service control =
            new Service(
                    Api.of("s3control", S3ControlClient.class),
                    BucketConfiguration.control(index, authorization));

    /** With a bucket, {@link #PICTURES}, of {@link #OWNER}, that nothing is configured for. */
    static Door withBucket() {
        return withBucket(false, Map.of());
    }

    static Door withBucket(boolean objectLock, Map<BucketSetting, String> documents) {
        var door = new Door();
        door.index.createBucket(PICTURES, OWNER, "af-south-1", objectLock, documents);
        return door;
    }

    static Encryptions encryptions() {
        return new Encryptions(Door::objectKey, new Random(2));
    }

    private static AccountKey objectKey(AccountId account) {
        return new AccountKey(
                new byte[ContentKey.BYTES], "arn:aws:kms:af-south-1:" + account + ":key/k-1");
    }

    Bucket bucket() {
        return index.bucket(PICTURES).orElseThrow();
    }

    ObjectVersion put(String key, AccountId owner, Map<String, String> tags) {
        var content =
                new ObjectContent(
                        0, "e", StorageClass.STANDARD, Optional.empty(), List.of(), List.of());
        return index.put(
                PICTURES,
                new NewObject(new ObjectKey(key), owner, content, Map.of(), tags, Map.of()),
                Condition.NONE);
    }

    /** A request head; the target is a path with its query. */
    static HttpCall head(String method, String target, Map<String, String> headers) {
        var parts = target.split("\\?", 2);
        var all = new HashMap<String, List<String>>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return new HttpCall(method, parts[0], parts.length > 1 ? parts[1] : "", all, new byte[0]);
    }

    static Caller caller(Optional<AccountId> account, HttpCall head) {
        return new Caller(
                account,
                account.map(each -> "arn:aws:iam::" + each + ":root").orElse(""),
                "request",
                "192.0.2.7",
                true,
                account.isPresent() ? "REST-HEADER" : "",
                head);
    }

    /** The owner's request; the body is XML without its prologue, or JSON. */
    String call(String method, String target, String body) {
        return call(OWNER, method, target, NO_HEADERS, body);
    }

    /** {@code STATUS body}, the body without its prologue. */
    String call(
            AccountId who, String method, String target, Map<String, String> headers, String body) {
        var head = head(method, target, headers);
        var service = ControlTags.isMeant(head) ? control : s3;
        var call = head.withBody(body.getBytes(UTF_8));
        var reply = caller(Optional.of(who), head).call(() -> answer(service, call));
        var text = new String(reply.body(), UTF_8);
        var plain = text.substring(text.startsWith("<?xml") ? text.indexOf('\n') + 1 : 0);
        return (reply.status() + " " + plain.replace(" xmlns=\"" + NAMESPACE + "\"", "")).strip();
    }

    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    /** The status and the code of an error. */
    String refusal(String method, String target, String body) {
        return refusal(OWNER, method, target, NO_HEADERS, body);
    }

    String refusal(
            AccountId who, String method, String target, Map<String, String> headers, String body) {
        var answer = call(who, method, target, headers, body);
        int from = answer.indexOf("<Code>");
        return from < 0
                ? answer
                : answer.substring(0, 4) + answer.substring(from + 6, answer.indexOf("</Code>"));
    }

    private static HttpReply answer(Service service, HttpCall call) {
        try {
            var bound = service.bind(call);
            service.validate(bound);
            return service.reply(bound, service.invoke(bound), "request");
        } catch (Fault fault) {
            return service.reply(Wire.REST_XML, fault, "request");
        }
    }
}
