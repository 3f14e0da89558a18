package io.brume.control.fleet.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.Principal;
import io.brume.control.fleet.SigningKeySource;
import io.brume.control.state.AccountDirectory;
import io.brume.control.state.MasterKey;
import io.brume.control.state.TestAccounts;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys of stored credentials, as storage nodes get them. */
final class StoredSigningKeysTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final CredentialScope SCOPE = new CredentialScope("20261130", "lab-1", "s3");

    private final Store store = MemoryStore.open();
    private final MasterKey masterKey = MasterKey.random();
    private final AccountDirectory accounts = TestAccounts.of(store, masterKey);
    private final StoredSigningKeys keys = new StoredSigningKeys(store, masterKey, "lab-1");

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void areThoseOfTheCredentialAsLongAsItIsThere() {
        accounts.create(ACCOUNT, "first");
        var issued = accounts.credentials(ACCOUNT).getFirst();
        var derived = keys.derive(issued.id(), SCOPE).orElseThrow();
        assertThat(derived.owner()).isEqualTo(Principal.root(ACCOUNT));
        assertThat(derived.key().export())
                .isEqualTo(SigningKey.derive(issued.secret(), SCOPE).export());
        accounts.revoke(ACCOUNT, issued.id());
        assertThat(keys.derive(issued.id(), SCOPE)).isEmpty();
        assertThat(keys.verifyV2(issued.id(), "GET\n", "x"))
                .isEqualTo(new SigningKeySource.V2.UnknownKey());
    }

    @Test
    void saysWhetherASignatureOfVersion2IsGood() throws Exception {
        accounts.create(ACCOUNT, "first");
        var issued = accounts.credentials(ACCOUNT).getFirst();
        var text = "GET\n\n\n1141889120\n/bucket/key";
        assertThat(keys.verifyV2(issued.id(), text, signature(issued.secret(), text)))
                .isEqualTo(new SigningKeySource.V2.Valid(Principal.root(ACCOUNT)));
        assertThat(keys.verifyV2(issued.id(), text + "2", signature(issued.secret(), text)))
                .isEqualTo(new SigningKeySource.V2.WrongSignature());
    }

    private static String signature(Secret secret, String text) throws Exception {
        var mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.reveal().getBytes(UTF_8), "HmacSHA1"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    }
}
