package io.brume.control.store.codec;

import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.identity.AccessKey;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Account;
import io.brume.control.domain.identity.SealedSecret;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.DiskFormat;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.ImportTask;
import io.brume.control.domain.image.ImportTaskId;
import io.brume.control.domain.image.ImportTaskState;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.keypair.KeyPair;
import io.brume.control.domain.keypair.KeyPairId;
import io.brume.control.domain.keypair.KeyType;
import io.brume.control.domain.object.IndexGroup;
import io.brume.control.domain.object.IndexMember;
import io.brume.control.domain.object.ObjectStore;
import io.brume.control.domain.object.PlacementGroup;
import io.brume.control.domain.object.PlacementMember;
import io.brume.control.domain.object.PlacementRole;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Modification;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.StorageNode.ObjectAddresses;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeConfiguration;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.AttachmentId;
import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.Ipv6Block;
import io.brume.control.domain.vpc.MacAddress;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.Traffic;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.domain.vpc.VpcId;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Any record of any kind, from a seed. */
final class RandomRecords {
    private final Random random;
    private final Ids ids;

    RandomRecords(long seed) {
        random = new Random(seed);
        ids = new Ids(random);
    }

    Vpc vpc() {
        return new Vpc(
                account(),
                VpcId.create(ids),
                1 + random.nextInt(Vpc.MAX_NUMBER),
                block(16),
                flag(),
                flag(),
                flag(),
                instant());
    }

    Subnet subnet() {
        return new Subnet(
                account(),
                SubnetId.create(ids),
                VpcId.create(ids),
                block(16 + random.nextInt(13)),
                text(),
                text(),
                flag(),
                flag(),
                flag(),
                instant());
    }

    SecurityGroup securityGroup() {
        return new SecurityGroup(
                account(),
                SecurityGroupId.create(ids),
                VpcId.create(ids),
                text(),
                text(),
                instant());
    }

    SecurityGroupRule rule() {
        Peer peer =
                switch (random.nextInt(3)) {
                    case 0 -> new Peer.Ipv4(block(random.nextInt(33)));
                    case 1 ->
                            new Peer.Ipv6(
                                    Ipv6Block.read("2001:db8:%x::/48".formatted(random.nextInt(99)))
                                            .orElseThrow());
                    default -> new Peer.Group(SecurityGroupId.create(ids));
                };
        return new SecurityGroupRule(
                account(),
                SecurityGroupRuleId.create(ids),
                SecurityGroupId.create(ids),
                flag() ? Direction.EGRESS : Direction.INGRESS,
                new Traffic(
                        random.nextInt(-1, 256),
                        random.nextInt(-1, 65536),
                        random.nextInt(-1, 65536)),
                peer,
                text());
    }

    NetworkInterface networkInterface() {
        return new NetworkInterface(
                account(),
                NetworkInterfaceId.create(ids),
                VpcId.create(ids),
                SubnetId.create(ids),
                text(),
                MacAddress.random(random),
                new Ipv4Address(random.nextInt()),
                maybe(() -> new Ipv4Address(random.nextInt())),
                Stream.generate(() -> SecurityGroupId.create(ids))
                        .limit(random.nextInt(6))
                        .toList(),
                text(),
                flag(),
                maybe(() ->
                        new Attachment(
                                AttachmentId.create(ids),
                                InstanceId.create(ids),
                                random.nextInt(8),
                                flag(),
                                instant())),
                instant());
    }

    Image image() {
        return new Image(
                account(),
                ImageId.create(ids),
                text(),
                text(),
                any(Architecture.values()),
                any(ImageState.values()),
                maybe(() -> new StateReason(text(), text())),
                flag() ? Optional.of(source()) : Optional.empty(),
                maybe(() -> any(BootMode.values())),
                flag() ? Optional.of(ImageId.create(ids)) : Optional.empty(),
                text(),
                List.of(
                        new ImageBlockDevice(
                                text(),
                                flag() ? Optional.of(SnapshotId.create(ids)) : Optional.empty(),
                                random.nextInt(99),
                                text(),
                                maybe(() -> 1 + random.nextInt(99)),
                                maybe(() -> 1 + random.nextInt(99)),
                                flag(),
                                flag())),
                random.nextLong(1L << 50),
                flag(),
                flag(),
                flag() ? Optional.of(InstanceId.create(ids)) : Optional.empty(),
                new LaunchPermissions(flag(), Set.of(account())),
                instant(),
                maybe(this::instant));
    }

    ImportTask importTask() {
        return new ImportTask(
                account(),
                ImportTaskId.create(ids),
                text(),
                any(ImportTaskState.values()),
                random.nextInt(101),
                text(),
                ImageId.create(ids),
                source(),
                any(Architecture.values()),
                text(),
                text(),
                instant());
    }

    KeyPair keyPair() {
        return new KeyPair(
                account(),
                KeyPairId.create(ids),
                text(),
                any(KeyType.values()),
                text(),
                text(),
                instant());
    }

    Account accountRecord() {
        return new Account(account(), text(), instant());
    }

    AccessKey accessKey() {
        return new AccessKey(AccessKeyId.create(random), account(), sealed(), flag(), instant());
    }

    private SealedSecret sealed() {
        byte[] secret = new byte[28 + random.nextInt(60)];
        random.nextBytes(secret);
        return new SealedSecret(Base64.getEncoder().encodeToString(secret));
    }

    Volume volume() {
        var attachment = Optional.ofNullable(maybe(this::volumeAttachment));
        return new Volume(
                VolumeId.create(ids),
                account(),
                instant(),
                text(),
                Optional.ofNullable(maybe(() -> SnapshotId.create(ids))),
                configuration(),
                flag(),
                any(VolumeState.values()),
                attachment,
                new Placement(
                        1 + random.nextLong(1000),
                        Optional.ofNullable(maybe(() -> NodeId.create(ids))),
                        flag(),
                        1 + random.nextInt(5),
                        Stream.generate(this::replica).limit(random.nextInt(4)).toList()),
                Optional.ofNullable(maybe(this::modification)),
                text(),
                Optional.ofNullable(maybe(this::encryption)),
                Optional.ofNullable(maybe(this::filling)),
                flag(),
                attachment.isPresent()
                        ? Optional.empty()
                        : Optional.ofNullable(maybe(this::serving)));
    }

    private Serving serving() {
        return new Serving(
                NodeId.create(ids),
                any(AttachmentState.values()),
                instant(),
                new Serving.Client(text(), sealed().base64()),
                flag(),
                random.nextInt(1000),
                instant());
    }

    private Encryption encryption() {
        return new Encryption(text(), sealed());
    }

    private Filling filling() {
        return new Filling(
                flag()
                        ? new Filling.OfImage(ImageId.create(ids))
                        : new Filling.OfVolume(VolumeId.create(ids)),
                flag());
    }

    private VolumeAttachment volumeAttachment() {
        return new VolumeAttachment(
                InstanceId.create(ids),
                text(),
                any(AttachmentState.values()),
                instant(),
                flag(),
                flag(),
                random.nextInt(1000),
                instant());
    }

    private Replica replica() {
        return new Replica(
                NodeId.create(ids), any(ReplicaRole.values()), random.nextInt(1000), instant());
    }

    private VolumeConfiguration configuration() {
        return new VolumeConfiguration(
                any(VolumeType.values()),
                1 + random.nextInt(65_536),
                random.nextInt(256_000),
                random.nextInt(4000));
    }

    private Modification modification() {
        return new Modification(
                configuration(),
                configuration(),
                instant(),
                random.nextInt(1000),
                Optional.ofNullable(maybe(this::laterThanZero)));
    }

    private Instant laterThanZero() {
        return instant().plusMillis(1);
    }

    StorageNode storageNode() {
        return new StorageNode(
                NodeId.create(ids),
                text(),
                text(),
                text(),
                text(),
                text(),
                Optional.ofNullable(
                        maybe(() -> new ObjectAddresses(text(), text(), text(), text()))));
    }

    ObjectStore objectStore() {
        return new ObjectStore(
                Optional.ofNullable(
                        maybe(() ->
                                new IndexGroup(
                                        ids.uuid(),
                                        flag(),
                                        Stream.generate(() ->
                                                        new IndexMember(NodeId.create(ids), text()))
                                                .limit(1 + random.nextInt(3))
                                                .toList(),
                                        random.nextLong(1000)))),
                Stream.generate(this::placementGroup).limit(random.nextInt(4)).toList());
    }

    private PlacementGroup placementGroup() {
        return new PlacementGroup(
                random.nextInt(64),
                random.nextLong(1000),
                Stream.generate(() ->
                                new PlacementMember(
                                        NodeId.create(ids), any(PlacementRole.values()), flag()))
                        .limit(1 + random.nextInt(4))
                        .toList(),
                Stream.generate(() -> NodeId.create(ids)).limit(2).collect(Collectors.toSet()));
    }

    Snapshot snapshot() {
        return new Snapshot(
                SnapshotId.create(ids),
                account(),
                VolumeId.create(ids),
                1 + random.nextInt(65_536),
                text(),
                instant(),
                any(SnapshotState.values()),
                random.nextInt(101),
                flag(),
                Stream.generate(() -> NodeId.create(ids)).limit(random.nextInt(4)).toList(),
                random.nextLong(1L << 46),
                Optional.ofNullable(maybe(this::laterThanZero)),
                new VolumePermissions(flag(), Set.of(account())),
                Optional.ofNullable(maybe(this::encryption)),
                Optional.ofNullable(maybe(() -> SnapshotId.create(ids))),
                flag(),
                Optional.ofNullable(maybe(() -> SnapshotId.create(ids))));
    }

    private ImageSource source() {
        return new ImageSource(text(), maybe(() -> any(DiskFormat.values())), text());
    }

    AccountId account() {
        return new AccountId("%012d".formatted(random.nextLong(1_000_000_000_000L)));
    }

    String text() {
        int[] points = random.ints(random.nextInt(20), 1, 0xd7ff).toArray();
        return new String(points, 0, points.length);
    }

    private Instant instant() {
        return Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
    }

    private Ipv4Block block(int prefix) {
        return Ipv4Block.read(new Ipv4Address(random.nextInt()) + "/" + prefix).orElseThrow();
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> @Nullable T maybe(Supplier<T> supplier) {
        return flag() ? supplier.get() : null;
    }
}
