package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.control.domain.AccountId;
import io.brume.control.fleet.SigningKeySource;
import io.brume.proto.node.v1.ObjectKeyRequest;
import io.brume.proto.node.v1.ObjectKeyResponse;
import io.brume.proto.node.v1.ObjectKeysGrpc;
import io.brume.proto.node.v1.Role;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** Gives storage nodes the keys that accounts' objects are encrypted with. */
final class ObjectKeyDesk extends ObjectKeysGrpc.ObjectKeysImplBase {
    private final SigningKeySource keys;

    ObjectKeyDesk(SigningKeySource keys) {
        this.keys = requireNonNull(keys);
    }

    @Override
    public void key(ObjectKeyRequest request, StreamObserver<ObjectKeyResponse> observer) {
        if (PeerNode.caller().role() != Role.ROLE_STORAGE_NODE) {
            observer.onError(
                    Status.PERMISSION_DENIED
                            .withDescription("the keys of objects are for storage nodes")
                            .asRuntimeException());
            return;
        }
        if (!AccountId.isAccountId(request.getAccountId())) {
            observer.onError(
                    Status.INVALID_ARGUMENT
                            .withDescription("there is no such account")
                            .asRuntimeException());
            return;
        }
        var key = keys.objectKey(new AccountId(request.getAccountId()));
        observer.onNext(
                ObjectKeyResponse.newBuilder()
                        .setKey(ByteString.copyFrom(key.bytes()))
                        .setKmsKeyArn(key.kmsKeyArn())
                        .build());
        observer.onCompleted();
    }
}
