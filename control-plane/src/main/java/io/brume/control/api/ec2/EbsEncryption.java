package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import software.amazon.awssdk.services.ec2.model.DisableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.EnableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultResponse;

/** Encryption by default, which is off: volumes are not encrypted here. */
final class EbsEncryption {
    private final Calls calls;

    EbsEncryption(Calls calls) {
        this.calls = requireNonNull(calls);
    }

    GetEbsEncryptionByDefaultResponse get() {
        return calls.view((_, _) ->
                GetEbsEncryptionByDefaultResponse.builder().ebsEncryptionByDefault(false).build());
    }

    EnableEbsEncryptionByDefaultResponse enable() {
        return calls.view((_, _) -> {
            throw Faults.unsupported("Encryption of volumes");
        });
    }

    /** It is off already. */
    DisableEbsEncryptionByDefaultResponse disable() {
        return calls.view((_, _) ->
                DisableEbsEncryptionByDefaultResponse.builder()
                        .ebsEncryptionByDefault(false)
                        .build());
    }
}
