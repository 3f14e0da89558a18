package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.time.Time;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Principal;
import io.brume.control.fleet.SigningKeySource;
import io.brume.proto.node.v1.DeriveRequest;
import io.brume.proto.node.v1.DeriveResponse;
import io.brume.proto.node.v1.KeyOwner;
import io.brume.proto.node.v1.Role;
import io.brume.proto.node.v1.SigningKeysGrpc;
import io.brume.proto.node.v1.VerifyV2Request;
import io.brume.proto.node.v1.VerifyV2Response;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * Gives storage nodes what they verify signatures with: keys for S3 and for days near today, so
 * that what a stolen node knew is soon of no use.
 */
final class SigningKeyDesk extends SigningKeysGrpc.SigningKeysImplBase {
    private static final String SERVICE = "s3";

    /** A presigned URL is good for seven days. */
    private static final Duration BACK = Duration.ofDays(8);

    private static final Duration AHEAD = Duration.ofDays(1);
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final SigningKeySource keys;
    private final Time time;

    SigningKeyDesk(SigningKeySource keys, Time time) {
        this.keys = requireNonNull(keys);
        this.time = requireNonNull(time);
    }

    @Override
    public void derive(DeriveRequest request, StreamObserver<DeriveResponse> observer) {
        if (!isForStorageNode(observer)) {
            return;
        }
        if (!request.getService().equals(SERVICE)
                || !REGION.matcher(request.getRegion()).matches()
                || !isNear(request.getDate())) {
            observer.onError(
                    Status.INVALID_ARGUMENT
                            .withDescription("there are no keys for this scope")
                            .asRuntimeException());
            return;
        }
        var scope =
                new CredentialScope(request.getDate(), request.getRegion(), request.getService());
        var answer = DeriveResponse.newBuilder();
        if (AccessKeyId.isWellFormed(request.getAccessKeyId())) {
            keys.derive(new AccessKeyId(request.getAccessKeyId()), scope)
                    .ifPresent(derived ->
                            answer.setOwner(owner(derived.owner()))
                                    .setSigningKey(ByteString.copyFrom(derived.key().export())));
        }
        observer.onNext(answer.build());
        observer.onCompleted();
    }

    @Override
    public void verifyV2(VerifyV2Request request, StreamObserver<VerifyV2Response> observer) {
        if (!isForStorageNode(observer)) {
            return;
        }
        var answer = VerifyV2Response.newBuilder();
        var outcome =
                AccessKeyId.isWellFormed(request.getAccessKeyId())
                        ? keys.verifyV2(
                                new AccessKeyId(request.getAccessKeyId()),
                                request.getStringToSign(),
                                request.getSignature())
                        : new SigningKeySource.V2.UnknownKey();
        switch (outcome) {
            case SigningKeySource.V2.Valid(Principal owner) ->
                    answer.setOutcome(VerifyV2Response.Outcome.OUTCOME_VALID)
                            .setOwner(owner(owner));
            case SigningKeySource.V2.WrongSignature() ->
                    answer.setOutcome(VerifyV2Response.Outcome.OUTCOME_WRONG_SIGNATURE);
            case SigningKeySource.V2.UnknownKey() ->
                    answer.setOutcome(VerifyV2Response.Outcome.OUTCOME_UNKNOWN_KEY);
        }
        observer.onNext(answer.build());
        observer.onCompleted();
    }

    private static boolean isForStorageNode(StreamObserver<?> observer) {
        if (PeerNode.caller().role() == Role.ROLE_STORAGE_NODE) {
            return true;
        }
        observer.onError(
                Status.PERMISSION_DENIED
                        .withDescription("signing keys are for storage nodes")
                        .asRuntimeException());
        return false;
    }

    private boolean isNear(String date) {
        try {
            var day = LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE);
            var now = time.now();
            return !day.isBefore(LocalDate.ofInstant(now.minus(BACK), ZoneOffset.UTC))
                    && !day.isAfter(LocalDate.ofInstant(now.plus(AHEAD), ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static KeyOwner owner(Principal principal) {
        return KeyOwner.newBuilder()
                .setAccountId(principal.account().value())
                .setPrincipalArn(principal.arn())
                .build();
    }
}
