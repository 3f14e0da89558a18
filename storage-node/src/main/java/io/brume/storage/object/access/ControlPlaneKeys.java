package io.brume.storage.object.access;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.SessionToken;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.proto.node.v1.DeriveRequest;
import io.brume.proto.node.v1.DeriveResponse;
import io.brume.proto.node.v1.KeyOwner;
import io.brume.proto.node.v1.ObjectKeyRequest;
import io.brume.proto.node.v1.ObjectKeysGrpc;
import io.brume.proto.node.v1.SigningKeysGrpc;
import io.brume.proto.node.v1.SigningKeysGrpc.SigningKeysBlockingStub;
import io.brume.proto.node.v1.VerifyV2Request;
import io.brume.proto.node.v1.VerifyV2Response;
import io.brume.session.ControlCalls;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.encryption.AccountKey;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The control plane, asked over this node's mutual TLS. */
public final class ControlPlaneKeys implements KeyAuthority {
    private static final long PATIENCE_MILLIS = 2000;

    private final ControlCalls control;

    public ControlPlaneKeys(ControlCalls control) {
        this.control = requireNonNull(control);
    }

    @Override
    public Optional<Derived> derive(String accessKeyId, CredentialScope scope) throws IOException {
        var request =
                DeriveRequest.newBuilder()
                        .setAccessKeyId(accessKeyId)
                        .setDate(scope.date())
                        .setRegion(scope.region())
                        .setService(scope.service())
                        .build();
        try {
            var answer = ask(stub -> stub.derive(request));
            return answer.hasOwner() ? Optional.of(derived(answer)) : Optional.empty();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
                return Optional.empty();
            }
            throw away(e);
        }
    }

    private static Derived derived(DeriveResponse answer) {
        var owner = answer.getOwner();
        return new Derived(
                owner(owner),
                SigningKey.ofDerived(answer.getSigningKey().toByteArray()),
                owner.getSessionTokenSha256().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                SessionToken.ofSha256(owner.getSessionTokenSha256().toByteArray())),
                owner.getExpiresAtMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(owner.getExpiresAtMillis())));
    }

    private static Principal owner(KeyOwner owner) {
        return new Principal(new AccountId(owner.getAccountId()), owner.getPrincipalArn());
    }

    @Override
    public V2 verifyV2(String accessKeyId, String stringToSign, String signature)
            throws IOException {
        var request =
                VerifyV2Request.newBuilder()
                        .setAccessKeyId(accessKeyId)
                        .setStringToSign(stringToSign)
                        .setSignature(signature)
                        .build();
        try {
            VerifyV2Response answer = ask(stub -> stub.verifyV2(request));
            return switch (answer.getOutcome()) {
                case OUTCOME_VALID -> new V2.Valid(owner(answer.getOwner()));
                case OUTCOME_WRONG_SIGNATURE -> new V2.WrongSignature();
                case OUTCOME_UNKNOWN_KEY -> new V2.UnknownKey();
                case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IOException("the control plane gave no clear answer");
            };
        } catch (StatusRuntimeException e) {
            throw away(e);
        }
    }

    @Override
    public AccountKey objectKey(AccountId account) throws IOException {
        var request = ObjectKeyRequest.newBuilder().setAccountId(account.value()).build();
        try {
            var answer =
                    control.ask(channel ->
                            ObjectKeysGrpc.newBlockingStub(channel)
                                    .withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                                    .key(request));
            return new AccountKey(answer.getKey().toByteArray(), answer.getKmsKeyArn());
        } catch (StatusRuntimeException e) {
            throw away(e);
        }
    }

    private <T> T ask(Function<SigningKeysBlockingStub, T> question) {
        return control.ask(channel ->
                question.apply(
                        SigningKeysGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)));
    }

    private static IOException away(StatusRuntimeException e) {
        return new IOException("the control plane does not answer: " + e.getStatus(), e);
    }
}
