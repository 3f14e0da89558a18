package io.brume.control.fleet.store;

import com.google.protobuf.ByteString;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.control.state.MasterKey;
import io.brume.control.store.codec.NodeTables;
import io.brume.proto.state.v1.AuthorityRecord;
import io.brume.store.Store;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** The cloud's certificate authority, in the store; its key is sealed with the master key. */
public final class StoredAuthority {
    private static final String ROW = "authority";

    private StoredAuthority() {}

    /**
     * The authority that is stored, or a new one that is stored before this returns.
     *
     * @param name for people who look at its certificate
     * @throws GeneralSecurityException when the stored one does not open with this master key
     */
    public static CertificateAuthority loadOrCreate(
            Store store, MasterKey masterKey, String name, Time time)
            throws GeneralSecurityException {
        var stored =
                store.view(tx -> Optional.ofNullable(tx.get(NodeTables.AUTHORITY, ROW)))
                        .orElseGet(() -> create(store, masterKey, name, time));
        return CertificateAuthority.restore(
                masterKey.open(ROW, stored.getSealedKey().toByteArray()),
                stored.getCertificate().toByteArray(),
                time);
    }

    private static AuthorityRecord create(
            Store store, MasterKey masterKey, String name, Time time) {
        var fresh = row(CertificateAuthority.create(name, time), masterKey);
        return store.transact(tx -> {
            var first = tx.get(NodeTables.AUTHORITY, ROW);
            if (first != null) {
                return first;
            }
            tx.put(NodeTables.AUTHORITY, ROW, fresh);
            return fresh;
        });
    }

    private static AuthorityRecord row(CertificateAuthority authority, MasterKey masterKey) {
        return AuthorityRecord.newBuilder()
                .setCertificate(ByteString.copyFrom(Certificates.encode(authority.certificate())))
                .setSealedKey(ByteString.copyFrom(masterKey.seal(ROW, authority.privateKey())))
                .build();
    }
}
