package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.fleet.Fleet;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ImageSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each host was told of each image, so that it is told again only what is news, and to let go
 * of what it does not need any more. Before the loop starts, its starter's; then its thread's
 * alone.
 */
final class HostImages {
    private final Fleet fleet;
    private final ImageLinks links;
    private final Map<ImageId, Map<NodeId, ImageSpec>> told = new HashMap<>();

    HostImages(Fleet fleet, ImageLinks links) {
        this.fleet = requireNonNull(fleet);
        this.links = requireNonNull(links);
    }

    /** These hosts need it, and no others. */
    void need(Image image, Set<NodeId> hosts, long revision) {
        var source = image.source().orElseThrow();
        var spec = spec(image, source);
        var before = told.computeIfAbsent(image.id(), _ -> new HashMap<>());
        for (var host : hosts) {
            if (isNews(before.put(host, spec), spec)) {
                // Signed as late as that: links are others each time.
                var linked = spec.toBuilder().addAllLinks(links.of(image.account(), source));
                fleet.desire(
                        host,
                        Desired.newBuilder().setGeneration(revision).setImage(linked).build());
            }
        }
        for (var host : List.copyOf(before.keySet())) {
            if (!hosts.contains(host) && fleet.connected().containsKey(host)) {
                before.remove(host);
                fleet.release(host, image.id().value());
            }
        }
    }

    /** How it boots comes from a host that has read it, and is nothing that hosts need to hear. */
    private static boolean isNews(@Nullable ImageSpec before, ImageSpec now) {
        return before == null
                || !before.toBuilder().setBootMode(now.getBootMode()).build().equals(now);
    }

    /** No host needs it any more. */
    void release(ImageId id) {
        var nodes = told.remove(id);
        if (nodes != null) {
            nodes.keySet().forEach(node -> fleet.release(node, id.value()));
        }
    }

    private static String agentWord(BootMode bootMode) {
        return bootMode == BootMode.LEGACY_BIOS ? "bios" : bootMode.toString();
    }

    private static ImageSpec spec(Image image, ImageSource source) {
        var format = source.format();
        var bootMode = image.bootMode();
        return ImageSpec.newBuilder()
                .setImageId(image.id().value())
                .setSource(source.url())
                .setFormat(format == null ? "" : format.toString())
                .setSha256(source.sha256())
                .setBootMode(bootMode == null ? "" : agentWord(bootMode))
                .setKeepDisk(image.isImported())
                .build();
    }
}
