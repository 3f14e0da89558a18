package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.control.api.CallContext;
import io.brume.control.fleet.Chunks;
import io.brume.store.Store;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** GetSnapshotBlock: one block, as the user wrote it. */
final class BlockReading {
    private final Store store;
    private final Nodes nodes;
    private final Tokens tokens;
    private final DataCipher cipher;

    BlockReading(Store store, Nodes nodes, Tokens tokens, DataCipher cipher) {
        this.store = requireNonNull(store);
        this.nodes = requireNonNull(nodes);
        this.tokens = requireNonNull(tokens);
        this.cipher = requireNonNull(cipher);
    }

    /** An answer and the bytes that go with it. */
    record Read(GetSnapshotBlockResponse response, byte[] data) {}

    Read get(GetSnapshotBlockRequest request) {
        var caller = CallContext.current().account();
        var snapshot = store.view(tx -> Access.readable(tx, caller, request.snapshotId()));
        int index = request.blockIndex();
        if (!tokens.opensBlock(caller, snapshot.id(), index, request.blockToken())) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_BLOCK_TOKEN,
                    "The block token %s is invalid.".formatted(request.blockToken()));
        }
        byte[] data = cipher.opened(snapshot, index, nodes.get(snapshot, index));
        return new Read(
                GetSnapshotBlockResponse.builder()
                        .dataLength(Chunks.CHUNK)
                        .checksum(checksum(data))
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                        .build(),
                data);
    }

    /** SHA-256 in base64. */
    static String checksum(byte[] data) {
        return Base64.getEncoder().encodeToString(sha256().digest(data));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
