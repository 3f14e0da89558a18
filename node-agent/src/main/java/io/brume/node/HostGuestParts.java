package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import io.brume.node.image.ImageStore.DiskRequest;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.instance.GuestParts;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.PartsException;
import io.brume.node.network.VpcNetwork;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.NicSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** Guests' parts from this host's images, disks and networks. */
final class HostGuestParts implements GuestParts {
    private static final int MAX_VCPUS = 1024;

    private final ImageStore images;
    private final VpcNetwork network;
    private final String architecture;
    private final Function<String, String> imageFailure;
    private final BiPredicate<String, String> interfaceReady;
    private final AttachedVolumes volumes;

    /** Where the volumes are found that an instance is to have. */
    interface AttachedVolumes {
        /**
         * The volumes of an instance, in the order of their device names.
         *
         * @throws PartsException when one is not served yet
         * @throws IOException when one cannot be served now
         */
        List<GuestSpec.Volume> of(String instanceId) throws PartsException, IOException;
    }

    /**
     * @param imageFailure why an image cannot be had; empty while it may still come
     * @param interfaceReady whether an interface (second) of a VPC (first) has been made
     */
    HostGuestParts(
            ImageStore images,
            VpcNetwork network,
            String architecture,
            Function<String, String> imageFailure,
            BiPredicate<String, String> interfaceReady,
            AttachedVolumes volumes) {
        this.images = requireNonNull(images);
        this.network = requireNonNull(network);
        this.architecture = requireNonNull(architecture);
        this.imageFailure = requireNonNull(imageFailure);
        this.interfaceReady = requireNonNull(interfaceReady);
        this.volumes = requireNonNull(volumes);
    }

    @Override
    public GuestSpec assemble(InstanceSpec spec) throws PartsException, IOException {
        if (spec.getDisksCount() == 0 || spec.getVcpus() < 1 || spec.getVcpus() > MAX_VCPUS) {
            throw PartsException.never("the instance has no disk or no sensible number of vCPUs");
        }
        StoredImage image = image(spec.getImageId());
        List<NicSpec> nics =
                spec.getNicsList().stream()
                        .sorted(Comparator.comparingInt(NicSpec::getDeviceIndex))
                        .toList();
        for (NicSpec nic : nics) {
            if (!interfaceReady.test(nic.getVpcId(), nic.getNetworkInterfaceId())) {
                throw PartsException.waitingFor("the network " + nic.getVpcId());
            }
        }
        List<GuestSpec.Volume> attached = volumes.of(spec.getInstanceId());
        List<GuestSpec.Disk> disks = new ArrayList<>();
        for (DiskSpec disk : Translation.ordered(spec.getDisksList())) {
            disks.add(
                    Translation.disk(
                            disk,
                            images.createDisk(
                                    new DiskRequest(
                                            spec.getInstanceId(),
                                            disk.getVolumeId(),
                                            disk.getRoot() ? spec.getImageId() : "",
                                            disk.getSizeBytes()))));
        }
        return new GuestSpec(
                spec.getInstanceId(),
                spec.getRunEpoch(),
                spec.getVcpus(),
                spec.getMemoryMib(),
                spec.getCpuLimitMillis(),
                image.boot(),
                disks,
                attached,
                nics.stream()
                        .map(nic ->
                                new GuestSpec.Nic(
                                        network.tap(nic.getNetworkInterfaceId()), nic.getMac()))
                        .toList(),
                nics.isEmpty() ? "" : network.namespace(nics.getFirst().getVpcId()));
    }

    private StoredImage image(String imageId) throws PartsException {
        StoredImage image = images.images().get(imageId);
        if (image != null) {
            return image;
        }
        String failure = imageFailure.apply(imageId);
        throw failure.isEmpty()
                ? PartsException.waitingFor("the image " + imageId)
                : PartsException.never("the image " + imageId + " cannot be had: " + failure);
    }

    @Override
    public void describe(InstanceSpec spec) {
        if (spec.getNicsCount() > 0) {
            network.describe(Translation.metadata(spec, architecture));
        }
    }

    @Override
    public void remove(InstanceSpec spec) throws IOException {
        network.forget(spec.getInstanceId());
        for (DiskSpec disk : spec.getDisksList()) {
            if (disk.getDeleteOnTermination()) {
                images.deleteDisk(spec.getInstanceId(), disk.getVolumeId());
            }
        }
    }
}
