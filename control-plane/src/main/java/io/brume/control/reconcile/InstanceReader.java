package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.instance.InstanceTypes;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.scheduler.Resources;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.TagTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Reads an instance together with all that its host is told of it. */
final class InstanceReader {
    private final String region;
    private final String domainName;

    InstanceReader(String region, String domainName) {
        this.region = requireNonNull(region);
        this.domainName = requireNonNull(domainName);
    }

    /** What an instance takes of its host. */
    Resources resources(Instance instance) {
        var type = type(instance);
        return new Resources(type.vcpus(), type.memoryMib());
    }

    static InstanceType type(Instance instance) {
        return InstanceTypes.find(instance.settings().type())
                .orElseThrow(() ->
                        new IllegalStateException(
                                instance.id() + " is of a type that is not on offer"));
    }

    InstanceSpecs.Contents contents(ReadTransaction tx, Instance instance) {
        var account = instance.account();
        var interfaces = interfaces(tx, instance);
        var vpc = tx.get(VpcTables.VPCS, new Owned<>(account, instance.launch().vpc()));
        var subnet = tx.get(VpcTables.SUBNETS, new Owned<>(account, instance.launch().subnet()));
        return new InstanceSpecs.Contents(
                instance,
                type(instance),
                interfaces,
                volumes(tx, instance),
                requireNonNull(vpc, "an instance's VPC"),
                requireNonNull(subnet, "an instance's subnet"),
                groups(tx, interfaces),
                tags(tx, instance),
                region,
                domainName);
    }

    /** Those that it is to have; its root first. */
    private static List<Volume> volumes(ReadTransaction tx, Instance instance) {
        return Volumes.of(tx, instance.key()).stream()
                .filter(volume -> volume.attachment().orElseThrow().state().isWanted())
                .sorted(Comparator.comparing(volume -> !volume.isRootOf(instance)))
                .toList();
    }

    private static List<NetworkInterface> interfaces(ReadTransaction tx, Instance instance) {
        return instance.interfaces().stream()
                .map(id ->
                        tx.get(VpcTables.NETWORK_INTERFACES, new Owned<>(instance.account(), id)))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    private static List<SecurityGroup> groups(
            ReadTransaction tx, List<NetworkInterface> interfaces) {
        return interfaces.stream()
                .limit(1)
                .flatMap(first ->
                        first.securityGroups().stream().map(id -> new Owned<>(first.account(), id)))
                .map(key -> tx.get(VpcTables.SECURITY_GROUPS, key))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    private static Map<String, String> tags(ReadTransaction tx, Instance instance) {
        var tags = new TreeMap<String, String>();
        tx.stream(TagTables.TAGS, TagTables.of(instance.account(), instance.id().value()))
                .forEach(entry -> tags.put(entry.key().key(), entry.value()));
        return tags;
    }
}
