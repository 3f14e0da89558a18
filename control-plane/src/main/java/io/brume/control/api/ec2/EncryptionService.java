package io.brume.control.api.ec2;

import software.amazon.awssdk.services.ec2.model.DisableEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.DisableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.EnableEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.EnableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultResponse;

/** EC2's operations on the encryption of volumes in general. */
final class EncryptionService extends Ec2Noun {
    private final EbsEncryption encryption;

    EncryptionService(Ec2Parts parts) {
        encryption = new EbsEncryption(new Calls(parts.store(), parts.pager()));
    }

    @Override
    public GetEbsEncryptionByDefaultResponse getEbsEncryptionByDefault(
            GetEbsEncryptionByDefaultRequest request) {
        return encryption.get();
    }

    @Override
    public EnableEbsEncryptionByDefaultResponse enableEbsEncryptionByDefault(
            EnableEbsEncryptionByDefaultRequest request) {
        return encryption.enable();
    }

    @Override
    public DisableEbsEncryptionByDefaultResponse disableEbsEncryptionByDefault(
            DisableEbsEncryptionByDefaultRequest request) {
        return encryption.disable();
    }
}
