package io.brume.control.store.codec;

import com.google.protobuf.ByteString;
import io.brume.control.domain.identity.SealedSecret;
import io.brume.control.domain.volume.Encryption;
import io.brume.proto.state.v1.EncryptionRecord;
import java.util.Base64;

/** How volumes and snapshots are encrypted, as it is stored. */
final class Encryptions {
    private Encryptions() {}

    static EncryptionRecord record(Encryption encryption) {
        byte[] sealed = Base64.getDecoder().decode(encryption.dataKey().base64());
        return EncryptionRecord.newBuilder()
                .setKmsKeyId(encryption.kmsKeyId())
                .setSealedDataKey(ByteString.copyFrom(sealed))
                .build();
    }

    static Encryption encryption(EncryptionRecord record) {
        byte[] sealed = record.getSealedDataKey().toByteArray();
        return new Encryption(
                record.getKmsKeyId(), new SealedSecret(Base64.getEncoder().encodeToString(sealed)));
    }
}
