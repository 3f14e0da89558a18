package io.brume.storage.object.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.common.time.Time;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.encryption.AccountKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is remembered of access keys, for how long, and what is asked. */
final class RemoteCredentialsTest {
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final Principal OWNER =
            new Principal(new AccountId("123456789012"), "arn:aws:iam::123456789012:root");

    private final ManualTime time = new ManualTime();
    private final FakeAuthority authority = new FakeAuthority();
    private final RemoteCredentials credentials =
            new RemoteCredentials(authority, "us-east-1", time);

    /** Goes when it is told to. */
    private static final class ManualTime implements Time {
        private Instant now = Instant.parse("2026-11-30T12:00:00Z");
        private long nanos;

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        void pass(Duration duration) {
            now = now.plus(duration);
            nanos += duration.toNanos();
        }
    }

    /** A control plane that may be away. */
    private static final class FakeAuthority implements KeyAuthority {
        final Map<String, Principal> owners = new HashMap<>();
        boolean away;
        int asked;

        @Override
        public Optional<Derived> derive(String accessKeyId, CredentialScope scope)
                throws IOException {
            answer();
            return Optional.ofNullable(owners.get(accessKeyId))
                    .map(owner ->
                            new Derived(
                                    owner,
                                    SigningKey.derive(Secret.of("secret"), scope),
                                    Optional.empty(),
                                    Optional.empty()));
        }

        @Override
        public V2 verifyV2(String accessKeyId, String stringToSign, String signature)
                throws IOException {
            answer();
            var owner = owners.get(accessKeyId);
            if (owner == null) {
                return new V2.UnknownKey();
            }
            return signature.equals("good") ? new V2.Valid(owner) : new V2.WrongSignature();
        }

        @Override
        public AccountKey objectKey(AccountId account) throws IOException {
            answer();
            return new AccountKey(new byte[32], "arn:aws:kms:lab-1:%s:key/k".formatted(account));
        }

        private void answer() throws IOException {
            asked++;
            if (away) {
                throw new IOException("nobody answers");
            }
        }
    }

    private Optional<Principal> owner() {
        return credentials.find(KEY).map(found -> found.owner());
    }

    private Optional<SigningKey> key() {
        return credentials
                .find(KEY)
                .flatMap(found ->
                        found.keys().keyFor(CredentialScope.at(time.now(), "us-east-1", "s3")));
    }

    @Test
    void asksOnceInHalfAMinute() {
        authority.owners.put(KEY, OWNER);
        for (int i = 0; i < 100; i++) {
            assertThat(key()).isPresent();
        }
        assertThat(authority.asked).isEqualTo(1);
        time.pass(Duration.ofSeconds(31));
        for (int i = 0; i < 100; i++) {
            assertThat(owner()).contains(OWNER);
        }
        assertThat(authority.asked).isEqualTo(2);
    }

    @Test
    void aKeyThatIsTakenAwayIsOfNoUseAfterHalfAMinute() {
        authority.owners.put(KEY, OWNER);
        assertThat(owner()).contains(OWNER);
        authority.owners.clear();
        assertThat(owner()).contains(OWNER);
        time.pass(Duration.ofSeconds(31));
        assertThat(owner()).isEmpty();
    }

    @Test
    void aKeyThatIsNotThereIsAskedForAgainSoon() {
        assertThat(owner()).isEmpty();
        assertThat(owner()).isEmpty();
        assertThat(authority.asked).isEqualTo(1);
        authority.owners.put(KEY, OWNER);
        time.pass(Duration.ofSeconds(6));
        assertThat(owner()).contains(OWNER);
    }

    @Test
    void whileNobodyAnswersWhatIsHereIsUsed() {
        authority.owners.put(KEY, OWNER);
        assertThat(key()).isPresent();
        authority.away = true;
        time.pass(Duration.ofHours(10));
        int before = authority.asked;
        for (int i = 0; i < 10; i++) {
            assertThat(key()).isPresent();
        }
        // Nobody is asked for two seconds who did not answer.
        assertThat(authority.asked).isEqualTo(before + 1);
        time.pass(Duration.ofSeconds(3));
        assertThat(key()).isPresent();
        assertThat(authority.asked).isEqualTo(before + 2);
    }

    @Test
    void forADayAtMost() {
        authority.owners.put(KEY, OWNER);
        assertThat(key()).isPresent();
        authority.away = true;
        time.pass(Duration.ofHours(25));
        assertThatThrownBy(this::owner)
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.status()).isEqualTo(503));
        authority.away = false;
        time.pass(Duration.ofSeconds(3));
        assertThat(key()).isPresent();
    }

    @Test
    void aNewDayNeedsANewKey() {
        authority.owners.put(KEY, OWNER);
        assertThat(key()).isPresent();
        authority.away = true;
        time.pass(Duration.ofHours(13));
        assertThat(owner()).contains(OWNER);
        assertThatThrownBy(this::key).isInstanceOf(Fault.class);
        authority.away = false;
        assertThat(key()).isPresent();
    }

    @Test
    void nobodyIsCalledAStrangerWhileNobodyAnswers() {
        authority.away = true;
        assertThatThrownBy(this::owner).isInstanceOf(Fault.class);
    }

    @Test
    void aKeyThatIsGivenToSomebodyElseIsTheirs() {
        authority.owners.put(KEY, OWNER);
        assertThat(owner()).contains(OWNER);
        var other = new Principal(new AccountId("210987654321"), "arn:aws:iam::210987654321:root");
        authority.owners.put(KEY, other);
        time.pass(Duration.ofSeconds(31));
        assertThat(owner()).contains(other);
    }

    @Test
    void aGoodSignatureOfVersion2IsRemembered() {
        authority.owners.put(KEY, OWNER);
        var signatures = new RemoteV2Signatures(authority, time);
        assertThat(signatures.verify(KEY, "GET\n", "good"))
                .isEqualTo(new KeyAuthority.V2.Valid(OWNER));
        assertThat(signatures.verify(KEY, "GET\n", "bad"))
                .isEqualTo(new KeyAuthority.V2.WrongSignature());
        assertThat(signatures.verify("AKIAIOSFODNN7SOMEBDY", "GET\n", "good"))
                .isEqualTo(new KeyAuthority.V2.UnknownKey());
        assertThat(authority.asked).isEqualTo(3);
        assertThat(signatures.verify(KEY, "GET\n", "good"))
                .isEqualTo(new KeyAuthority.V2.Valid(OWNER));
        assertThat(authority.asked).isEqualTo(3);
        authority.away = true;
        time.pass(Duration.ofHours(1));
        assertThat(signatures.verify(KEY, "GET\n", "good"))
                .isEqualTo(new KeyAuthority.V2.Valid(OWNER));
        assertThatThrownBy(() -> signatures.verify(KEY, "PUT\n", "good")).isInstanceOf(Fault.class);
    }
}
