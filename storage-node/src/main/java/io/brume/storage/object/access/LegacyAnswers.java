package io.brume.storage.object.access;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.access.KeyAuthority.V2;
import io.brume.storage.object.s3.LegacySignatures;
import io.brume.storage.object.s3.Principal;

/** What becomes of a signature of version 2, in S3's words. Thread-safe; may block. */
public final class LegacyAnswers implements LegacySignatures {
    private final RemoteV2Signatures signatures;

    public LegacyAnswers(RemoteV2Signatures signatures) {
        this.signatures = requireNonNull(signatures);
    }

    @Override
    public Principal verify(String accessKeyId, String stringToSign, String signature) {
        return switch (signatures.verify(accessKeyId, stringToSign, signature)) {
            case V2.Valid(Principal owner) -> owner;
            case V2.WrongSignature() ->
                    throw Fault.denied(
                            "SignatureDoesNotMatch",
                            "The request signature we calculated does not match the signature you"
                                    + " provided. Check your key and signing method.");
            case V2.UnknownKey() ->
                    throw Fault.denied(
                            "InvalidAccessKeyId",
                            "The AWS Access Key Id you provided does not exist in our records.");
        };
    }
}
