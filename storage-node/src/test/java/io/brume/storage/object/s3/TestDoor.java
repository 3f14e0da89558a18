package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.Credential;
import io.brume.common.aws.sigv4.Credentials;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.Signer;
import io.brume.common.time.Time;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.accesslog.AccessLogs;
import io.brume.storage.object.s3.delivery.Deliveries;
import io.brume.storage.object.s3.door.ConfiguredDoor;
import io.brume.storage.object.s3.door.S3Door;
import io.brume.storage.object.s3.encryption.AccountKey;
import io.brume.storage.object.s3.encryption.ContentKey;
import io.brume.storage.object.s3.encryption.Encryptions;
import io.brume.storage.object.s3.http.Listener;
import io.brume.storage.object.s3.http.S3Server;
import io.brume.storage.object.s3.http.ServerLimits;
import io.brume.storage.object.s3.operation.RestoreTimes;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An object store in this process: a real door over a memory index and a file of bytes. */
public final class TestDoor implements AutoCloseable {
    public static final String REGION = "us-east-1";
    public static final String DOMAIN = "s3.test";
    public static final String KEY = "AKIAEXAMPLEOFDOOR001";
    public static final Secret SECRET = Secret.of("a-secret-of-the-owner");
    public static final String OTHER_KEY = "AKIAEXAMPLEOFDOOR002";
    public static final Secret OTHER_SECRET = Secret.of("a-secret-of-another-account");
    public static final AccountId OWNER = new AccountId("000000000001");
    public static final AccountId OTHER = new AccountId("000000000002");

    private final Store store = MemoryStore.open();
    private final StoredIndex index;
    private final FileData data;
    private final AccessLogs logs;
    private final S3Server server;

    private TestDoor(Path directory, List<Listener> listeners, ServerLimits limits)
            throws IOException {
        index = new StoredIndex(store, Time.system(), new SecureRandom());
        data = new FileData(directory.resolve("bytes"));
        logs = logs(index, data);
        server = S3Server.start(listeners, limits, over(index, data, logs), Time.system());
    }

    /** On a free port of the loopback. */
    public static TestDoor open(Path directory) throws IOException {
        return open(directory, List.of(Listener.plain("127.0.0.1", 0)), ServerLimits.standard());
    }

    public static TestDoor open(Path directory, List<Listener> listeners, ServerLimits limits)
            throws IOException {
        return new TestDoor(directory, listeners, limits);
    }

    /** Delivered ten times a second. */
    static AccessLogs logs(ObjectIndex index, ObjectData data) {
        return new AccessLogs(
                index,
                new Deliveries(
                        index, data, new Encryptions(TestDoor::objectKey, new SecureRandom())),
                Time.system(),
                new SecureRandom(),
                Duration.ofMillis(100));
    }

    /** A door that knows the two accounts. */
    public static S3Door over(ObjectIndex index, ObjectData data, AccessLogs logs) {
        return ConfiguredDoor.of(
                new ConfiguredDoor.Behind(index, data, logs),
                new ConfiguredDoor.Keys(credentials(), TestDoor::legacy, TestDoor::objectKey),
                new ConfiguredDoor.Place(REGION, List.of(DOMAIN, "localhost")),
                new RestoreTimes(
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofDays(1),
                        new Days(Duration.ofDays(1))),
                new SimpleMeterRegistry(),
                Time.system(),
                new SecureRandom());
    }

    /** Signatures of version 2, of the owner alone. */
    private static Principal legacy(String id, String text, String signature) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(SECRET.reveal().getBytes(UTF_8), "HmacSHA1"));
            var right = Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
            if (id.equals(KEY) && right.equals(signature)) {
                return root(OWNER);
            }
            throw Fault.denied("SignatureDoesNotMatch", "The signature is not of " + text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AccountKey objectKey(AccountId account) {
        return new AccountKey(
                Arrays.copyOf(account.value().getBytes(UTF_8), ContentKey.BYTES), kmsKey(account));
    }

    /** The ARN of an account's KMS key for S3. */
    public static String kmsKey(AccountId account) {
        return "arn:aws:kms:" + REGION + ":" + account + ":key/" + new UUID(7, 7);
    }

    private static Credentials<Principal> credentials() {
        var known =
                Map.of(
                        KEY, Credential.lasting(KEY, SECRET, root(OWNER)),
                        OTHER_KEY, Credential.lasting(OTHER_KEY, OTHER_SECRET, root(OTHER)));
        return id -> Optional.ofNullable(known.get(id));
    }

    private static Principal root(AccountId account) {
        return new Principal(account, "arn:aws:iam::" + account.value() + ":root");
    }

    public StoredIndex index() {
        return index;
    }

    public FileData data() {
        return data;
    }

    public int port() {
        return server.ports().getFirst();
    }

    public List<Integer> ports() {
        return server.ports();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Signs as the owner of the buckets. */
    public static Signer signer() {
        return new Signer(KEY, SECRET, Optional.empty(), REGION, "s3");
    }

    /** Signs as somebody else. */
    public static Signer otherSigner() {
        return new Signer(OTHER_KEY, OTHER_SECRET, Optional.empty(), REGION, "s3");
    }

    @Override
    public void close() throws IOException {
        server.close();
        logs.close();
        data.close();
        store.close();
    }
}
