package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.DeleteKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.DeleteKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsResponse;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairResponse;

/** EC2's operations on key pairs. */
final class KeyPairService extends Ec2Noun {
    private final KeyPairOperations keyPairs;

    KeyPairService(Ec2Parts parts) {
        keyPairs =
                new KeyPairOperations(
                        new Calls(parts.store(), parts.pager()),
                        new Ids(parts.random()),
                        parts.random());
    }

    @Override
    public CreateKeyPairResponse createKeyPair(CreateKeyPairRequest request) {
        return keyPairs.create(request);
    }

    @Override
    public ImportKeyPairResponse importKeyPair(ImportKeyPairRequest request) {
        return keyPairs.importKeyPair(request);
    }

    @Override
    public DescribeKeyPairsResponse describeKeyPairs(DescribeKeyPairsRequest request) {
        return keyPairs.describe(request);
    }

    @Override
    public DeleteKeyPairResponse deleteKeyPair(DeleteKeyPairRequest request) {
        return keyPairs.delete(request);
    }
}
