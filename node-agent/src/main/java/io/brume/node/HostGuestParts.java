package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.instance.GuestParts;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestSpec.Boot;
import io.brume.node.instance.PartsException;
import io.brume.node.network.VpcNetwork;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.NicSpec;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** Guests' parts from this host's kernels, volumes and networks. */
final class HostGuestParts implements GuestParts {
    private static final int MAX_VCPUS = 1024;

    private final ImageStore images;
    private final VpcNetwork network;
    private final String architecture;
    private final boolean offersUefi;
    private final Function<String, String> imageFailure;
    private final BiPredicate<String, String> interfaceReady;
    private final AttachedVolumes volumes;

    /** Where the volumes are found that an instance is to have. */
    @FunctionalInterface
    interface AttachedVolumes {
        /**
         * The volumes of an instance, the root first.
         *
         * @throws PartsException when one is not served yet, or none is the root
         */
        List<GuestSpec.Volume> of(InstanceSpec spec) throws PartsException;
    }

    /**
     * @param offersUefi whether guests can be started by UEFI
     * @param imageFailure why an image cannot be had; empty while it may still come
     * @param interfaceReady whether an interface (second) of a VPC (first) has been made
     */
    HostGuestParts(
            ImageStore images,
            VpcNetwork network,
            String architecture,
            boolean offersUefi,
            Function<String, String> imageFailure,
            BiPredicate<String, String> interfaceReady,
            AttachedVolumes volumes) {
        this.images = requireNonNull(images);
        this.network = requireNonNull(network);
        this.architecture = requireNonNull(architecture);
        this.offersUefi = offersUefi;
        this.imageFailure = requireNonNull(imageFailure);
        this.interfaceReady = requireNonNull(interfaceReady);
        this.volumes = requireNonNull(volumes);
    }

    @Override
    public GuestSpec assemble(InstanceSpec spec) throws PartsException, IOException {
        if (spec.getVcpus() < 1 || spec.getVcpus() > MAX_VCPUS) {
            throw PartsException.never("the instance has no sensible number of vCPUs");
        }
        Boot boot = boot(spec);
        List<NicSpec> nics =
                spec.getNicsList().stream()
                        .sorted(Comparator.comparingInt(NicSpec::getDeviceIndex))
                        .toList();
        for (NicSpec nic : nics) {
            if (!interfaceReady.test(nic.getVpcId(), nic.getNetworkInterfaceId())) {
                throw PartsException.waitingFor("the network " + nic.getVpcId());
            }
        }
        return new GuestSpec(
                spec.getInstanceId(),
                spec.getRunEpoch(),
                spec.getVcpus(),
                spec.getMemoryMib(),
                spec.getCpuLimitMillis(),
                boot,
                volumes.of(spec),
                nics.stream()
                        .map(nic ->
                                new GuestSpec.Nic(
                                        network.tap(nic.getNetworkInterfaceId()), nic.getMac()))
                        .toList(),
                nics.isEmpty() ? "" : network.namespace(nics.getFirst().getVpcId()));
    }

    private Boot boot(InstanceSpec spec) throws PartsException {
        return switch (spec.getBootMode()) {
            case "direct" -> kernel(spec.getImageId());
            case "bios" -> new Boot.Firmware(false);
            case "uefi" -> new Boot.Firmware(true);
            case "uefi-preferred" -> new Boot.Firmware(offersUefi);
            default ->
                    throw PartsException.never(
                            "this host knows no boot mode '" + spec.getBootMode() + "'");
        };
    }

    private Boot kernel(String imageId) throws PartsException {
        StoredImage image = images.images().get(imageId);
        if (image != null) {
            return image.kernel()
                    .orElseThrow(() ->
                            PartsException.never("the image " + imageId + " brings no kernel"));
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
    public void remove(InstanceSpec spec) {
        network.forget(spec.getInstanceId());
    }
}
