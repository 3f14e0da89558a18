package io.brume.control.api.ec2;

import io.brume.common.aws.Api;
import io.brume.common.aws.Service;
import java.util.List;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** EC2: the nouns that it consists of, each of which lists its operations itself. */
public final class Ec2Service {
    private Ec2Service() {}

    /** EC2 over every protocol of it. */
    public static Service of(Ec2Parts parts) {
        return new Service(Api.of("ec2", Ec2Client.class), nouns(parts));
    }

    static List<Ec2Noun> nouns(Ec2Parts parts) {
        return List.of(
                new InstanceService(parts),
                new VolumeService(parts),
                new EncryptionService(parts),
                new SnapshotService(parts),
                new KeyPairService(parts),
                new NetworkService(parts),
                new SecurityGroupService(parts),
                new ImageService(parts),
                new TagService(parts),
                new PlaceService(parts));
    }
}
